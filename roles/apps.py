from django.apps import AppConfig


class RolesConfig(AppConfig):
    name = "roles"

    def ready(self) -> None:
        # Models are there only now.
        from roles import (  # noqa: PLC0415 -- see above
            making,
            need_news,
            notices,
            open_work,
            own_waits,
            own_work,
            role_papers,
            waits,
        )
        from roles.services import (  # noqa: PLC0415 -- as above
            composing,
            reminding,
            review_news,
            review_notices,
            take_overs,
        )
        from roles.tables import files, own, registry  # noqa: PLC0415 -- as above

        open_work.register(own_work.Drafts())
        open_work.register(own_work.Unread())
        waits.register(*own_waits.SOURCES)
        notices.register(need_news.Needs())
        notices.register(need_news.NeedsAnswered())
        notices.register(reminding.Acknowledgements())
        notices.register(review_notices.Decisions())
        notices.register(review_news.Changed())
        notices.register(review_news.Returned())
        notices.register(take_overs.TakeOvers())
        notices.register(take_overs.Stays())
        composing.register()
        making.register(files.MAKER, files.make)
        making.register(role_papers.MAKER, role_papers.make)
        registry.register(*own.TABLES)
