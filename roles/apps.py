from django.apps import AppConfig


class RolesConfig(AppConfig):
    name = "roles"

    def ready(self) -> None:
        # Models are there only now.
        from roles import need_news, notices, open_work, own_work  # noqa: PLC0415 -- see above
        from roles.services import composing, reminding, review_notices  # noqa: PLC0415 -- as above

        open_work.register(own_work.Drafts())
        open_work.register(own_work.Unread())
        notices.register(need_news.Needs())
        notices.register(need_news.NeedsAnswered())
        notices.register(reminding.Acknowledgements())
        notices.register(review_notices.Decisions())
        composing.register()
