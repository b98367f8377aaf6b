import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.operations
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import roles.models.leadership
import roles.models.places
import roles.wall
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('roles', '0001_initial'), ('roles', '0003_leadership_and_reviews'), ('roles', '0005_duty_removed'), ('roles', '0006_decided_in_place'), ('roles', '0007_notices_and_letters'), ('roles', '0009_feed_stamp'), ('roles', '0010_letters_by_district_and_in_doubt'), ('roles', '0012_acknowledged_for_a_year')]

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        django.contrib.postgres.operations.BtreeGistExtension(
        ),
        django.contrib.postgres.operations.TrigramExtension(
        ),
        migrations.CreateModel(
            name='District',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True)),
                ('name', models.CharField(max_length=200)),
                ('time_zone', models.CharField(default='America/New_York', max_length=60, validators=[roles.models.places.validate_time_zone])),
                ('approach', models.CharField(choices=[('partner_provider', 'Partner with a proven provider'), ('build_own', 'Build your own program'), ('leverage_provider', 'Leverage provider experience')], default='partner_provider', max_length=20)),
                ('logo', models.FileField(blank=True, max_length=200, upload_to='logos/')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='SchoolYear',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(help_text='As in 2026-27.', max_length=9)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('first_student_day', models.DateField()),
                ('last_student_day', models.DateField()),
                ('archived_at', models.DateTimeField(blank=True, null=True)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roles.district')),
            ],
            options={
                'ordering': ['-starts_on'],
                'constraints': [models.UniqueConstraint(fields=('district', 'label'), name='school_year_label_once'), models.CheckConstraint(condition=models.Q(('first_student_day__lt', models.F('last_student_day')), ('last_student_day__lte', models.F('ends_on')), ('starts_on__lte', models.F('first_student_day'))), name='school_year_days_in_order', violation_error_message='Put the first student day before the last.')],
            },
        ),
        migrations.CreateModel(
            name='Closure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(max_length=80)),
                ('first_day', models.DateField()),
                ('last_day', models.DateField()),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roles.district')),
                ('school_year', roles.wall.DistrictKey(on_delete=django.db.models.deletion.CASCADE, related_name='closures', to='roles.schoolyear')),
            ],
            options={
                'ordering': ['first_day'],
                'constraints': [models.CheckConstraint(condition=models.Q(('first_day__lte', models.F('last_day'))), name='closure_days_in_order')],
            },
        ),
        migrations.CreateModel(
            name='School',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roles.district')),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(fields=('district', 'name'), name='school_name_once')],
            },
        ),
        migrations.CreateModel(
            name='Department',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=40)),
                ('name', models.CharField(max_length=120)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roles.district')),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(fields=('district', 'key'), name='department_key_once')],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail address')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'ordering': ['last_name', 'first_name', 'email'],
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='user_email_once')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.CharField(choices=[('district_lead', 'District lead'), ('executive', 'Executive'), ('administrative_leader', 'Administrative leader'), ('site_leader', 'Site leader'), ('department_partner', 'Department partner'), ('coach', 'Coach'), ('auditor', 'Auditor (reads only)')], max_length=40)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roles.district')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('school', roles.wall.DistrictKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='roles.school')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('district', 'user', 'school', 'level'), name='membership_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(models.Q(('level__in', ['district_lead', 'executive', 'administrative_leader', 'department_partner', 'auditor']), ('school__isnull', True)), models.Q(('level__in', ['site_leader', 'coach']), ('school__isnull', False)), _connector='OR'), name='membership_at_a_school_when_its_level_says_so')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254)),
                ('first_name', models.CharField(blank=True, max_length=150)),
                ('last_name', models.CharField(blank=True, max_length=150)),
                ('level', models.CharField(choices=[('district_lead', 'District lead'), ('executive', 'Executive'), ('administrative_leader', 'Administrative leader'), ('site_leader', 'Site leader'), ('department_partner', 'Department partner'), ('coach', 'Coach'), ('auditor', 'Auditor (reads only)')], max_length=40)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('invited_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roles.district')),
                ('invited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('school', roles.wall.DistrictKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='roles.school')),
            ],
            options={
                'ordering': ['-invited_at'],
            },
        ),
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('verb', models.CharField(max_length=60)),
                ('subject', models.CharField(max_length=60)),
                ('subject_pk', models.CharField(max_length=40)),
                ('detail', models.JSONField(default=dict)),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roles.district')),
            ],
            options={
                'ordering': ['-at', '-pk'],
                'indexes': [models.Index(fields=['district', '-at'], name='audit_by_time')],
            },
        ),
        migrations.CreateModel(
            name='DepartmentNeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=300, verbose_name='what is needed')),
                ('due_on', models.DateField(verbose_name='by when')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('answer', models.CharField(choices=[('asked', 'Asked'), ('agreed', 'Agreed'), ('declined', 'Not agreed'), ('delivered', 'Delivered')], default='asked', max_length=10)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('department', roles.wall.DistrictKey(on_delete=django.db.models.deletion.CASCADE, related_name='needs', to='roles.department')),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roles.district')),
            ],
            options={
                'ordering': ['due_on', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('answer', 'asked'), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='answer_says_who_and_when'), models.CheckConstraint(condition=models.Q(models.Q(('answer', 'declined'), _negated=True), models.Q(('note', ''), _negated=True), _connector='OR'), name='no_says_why')],
            },
        ),
        migrations.CreateModel(
            name='LeadershipRole',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=40)),
                ('title', models.CharField(max_length=120)),
                ('level', models.CharField(choices=[('executive', 'Executive'), ('administrative', 'Administrative (central office)'), ('site', 'School site'), ('coaching', 'Tutor coaching and support'), ('department', 'Partner department')], max_length=20)),
                ('approaches', models.JSONField(default=list)),
                ('indicator', models.CharField(blank=True, max_length=10)),
                ('typical_holder', models.CharField(blank=True, max_length=200)),
                ('time_hint', models.CharField(blank=True, max_length=120)),
                ('required', models.JSONField(default=list)),
                ('preferred', models.JSONField(default=list)),
                ('by_approach', models.JSONField(default=dict)),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('library_version', models.CharField(blank=True, max_length=10)),
                ('template', models.JSONField(default=dict, help_text="The library's words this copy started from or last took over; {} if local.")),
                ('seats', models.PositiveSmallIntegerField(blank=True, help_text='How many people hold this role at one school or office. Empty: any number.', null=True, verbose_name='seats in one place')),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roles.district')),
                ('reports_to', roles.wall.DistrictKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='supervises', to='roles.leadershiprole')),
            ],
            options={
                'ordering': ['order'],
                'constraints': [models.UniqueConstraint(fields=('district', 'key'), name='role_key_once')],
            },
        ),
        migrations.CreateModel(
            name='Duty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=10)),
                ('text', models.CharField(max_length=300)),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roles.district')),
                ('role', roles.wall.DistrictKey(on_delete=django.db.models.deletion.CASCADE, related_name='duties', to='roles.leadershiprole')),
            ],
            options={
                'verbose_name_plural': 'duties',
                'ordering': ['order'],
                'constraints': [models.UniqueConstraint(fields=('role', 'key'), name='duty_key_once')],
            },
        ),
        migrations.CreateModel(
            name='Position',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seat', models.PositiveSmallIntegerField(default=1)),
                ('opened_on', models.DateField()),
                ('closed_on', models.DateField(blank=True, null=True)),
                ('department', roles.wall.DistrictKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='positions', to='roles.department')),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roles.district')),
                ('role', roles.wall.DistrictKey(on_delete=django.db.models.deletion.PROTECT, related_name='positions', to='roles.leadershiprole')),
                ('school', roles.wall.DistrictKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='positions', to='roles.school')),
            ],
            options={
                'ordering': ['role__order', 'school__name', 'seat'],
                'constraints': [models.UniqueConstraint(fields=('role', 'school', 'department', 'seat'), name='position_seat_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('school', None), ('department', None), _connector='OR'), name='position_at_one_place'), models.CheckConstraint(condition=models.Q(('seat__gte', 1)), name='position_seat_from_one'), models.CheckConstraint(condition=models.Q(('closed_on', None), ('closed_on__gt', models.F('opened_on')), _connector='OR'), name='position_closes_after_it_opens')],
            },
        ),
        migrations.CreateModel(
            name='NotNeeded',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=200, verbose_name='why')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roles.district')),
                ('role', roles.wall.DistrictKey(on_delete=django.db.models.deletion.CASCADE, related_name='not_needed', to='roles.leadershiprole')),
                ('school', roles.wall.DistrictKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='roles.school')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('role', 'school'), name='not_needed_once'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='not_needed_says_why')],
            },
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('interim', models.BooleanField(default=False)),
                ('holder', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to=settings.AUTH_USER_MODEL)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roles.district')),
                ('position', roles.wall.DistrictKey(on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to='roles.position')),
            ],
            options={
                'ordering': ['-starts_on'],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='assignment_days_in_order', violation_error_message='An assignment ends on or after the day it starts.'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('position', '='), (roles.models.leadership.DateSpan('starts_on', 'ends_on', django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_lower=True, inclusive_upper=True)), '&&')], name='one_holder_at_a_time', violation_error_message='Someone holds this position on some of these days.')],
            },
        ),
        migrations.CreateModel(
            name='HandoverPack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=120)),
                ('status', models.CharField(choices=[('waiting', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed'), ('expired', 'Expired'), ('cancelled', 'Cancelled'), ('unsure', 'Not known whether it was sent')], default='waiting', max_length=10)),
                ('not_before', models.DateTimeField(default=django.utils.timezone.now)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('last_error', models.CharField(blank=True, max_length=300)),
                ('owed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('file', models.FileField(blank=True, max_length=200, upload_to='made/')),
                ('total', models.PositiveIntegerField(default=1)),
                ('made', models.PositiveIntegerField(default=0)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('assignment', roles.wall.DistrictKey(on_delete=django.db.models.deletion.CASCADE, related_name='handover_packs', to='roles.assignment')),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roles.district')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('status__in', ['waiting', 'running'])), fields=['not_before'], name='pack_unfinished')],
                'constraints': [models.UniqueConstraint(fields=('district', 'key'), name='pack_once')],
            },
        ),
        migrations.CreateModel(
            name='Archive',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=120)),
                ('status', models.CharField(choices=[('waiting', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed'), ('expired', 'Expired'), ('cancelled', 'Cancelled'), ('unsure', 'Not known whether it was sent')], default='waiting', max_length=10)),
                ('not_before', models.DateTimeField(default=django.utils.timezone.now)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('last_error', models.CharField(blank=True, max_length=300)),
                ('owed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('file', models.FileField(blank=True, max_length=200, upload_to='made/')),
                ('total', models.PositiveIntegerField(default=1)),
                ('made', models.PositiveIntegerField(default=0)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roles.district')),
            ],
            options={
                'ordering': ['-owed_at'],
                'indexes': [models.Index(condition=models.Q(('status__in', ['waiting', 'running'])), fields=['not_before'], name='archive_unfinished')],
                'constraints': [models.UniqueConstraint(fields=('district', 'key'), name='archive_once')],
            },
        ),
        migrations.CreateModel(
            name='JobDescription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roles.district')),
                ('role', roles.wall.DistrictKey(on_delete=django.db.models.deletion.PROTECT, related_name='job_descriptions', to='roles.leadershiprole')),
            ],
            options={
                'ordering': ['role__order'],
                'constraints': [models.UniqueConstraint(fields=('district', 'role'), name='job_description_per_role')],
            },
        ),
        migrations.CreateModel(
            name='JobDescriptionVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('in_review', 'In review'), ('published', 'Published'), ('superseded', 'Superseded')], default='draft', max_length=12)),
                ('title', models.CharField(max_length=120)),
                ('summary', models.TextField(blank=True, max_length=1500)),
                ('program', models.TextField(blank=True, max_length=2000, verbose_name='program in brief')),
                ('reports_to', models.CharField(blank=True, max_length=120)),
                ('location', models.CharField(blank=True, max_length=120)),
                ('time_share', models.CharField(blank=True, max_length=120, verbose_name='time')),
                ('funding_source', models.CharField(blank=True, max_length=120)),
                ('funding_ends_on', models.DateField(blank=True, null=True)),
                ('caseload', models.CharField(blank=True, max_length=120, verbose_name='coaching caseload')),
                ('observation_rhythm', models.CharField(blank=True, max_length=120)),
                ('required', models.JSONField(blank=True, default=list, verbose_name='required qualifications')),
                ('preferred', models.JSONField(blank=True, default=list, verbose_name='preferred qualifications')),
                ('performance_review', models.TextField(blank=True, max_length=1000)),
                ('edited_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('review_on', models.DateField(blank=True, null=True)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roles.district')),
                ('edited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('job_description', roles.wall.DistrictKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='roles.jobdescription')),
                ('published_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-number'],
                'constraints': [models.UniqueConstraint(fields=('job_description', 'number'), name='version_number_once'), models.UniqueConstraint(condition=models.Q(('status__in', ['draft', 'in_review'])), fields=('job_description',), name='one_open_version'), models.UniqueConstraint(condition=models.Q(('status', 'published')), fields=('job_description',), name='one_published_version'), models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'in_review']), models.Q(('published_at__isnull', False), ('published_by__isnull', False)), _connector='OR'), name='published_version_says_when_and_who')],
            },
        ),
        migrations.CreateModel(
            name='Responsibility',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=400)),
                ('order', models.PositiveSmallIntegerField()),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roles.district')),
                ('duty', roles.wall.DistrictKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='roles.duty')),
                ('version', roles.wall.DistrictKey(on_delete=django.db.models.deletion.CASCADE, related_name='responsibilities', to='roles.jobdescriptionversion')),
            ],
            options={
                'verbose_name_plural': 'responsibilities',
                'ordering': ['order', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Acknowledgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('lapses_on', models.DateField(blank=True, null=True)),
                ('assignment', roles.wall.DistrictKey(on_delete=django.db.models.deletion.CASCADE, related_name='acknowledgements', to='roles.assignment')),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roles.district')),
                ('version', roles.wall.DistrictKey(on_delete=django.db.models.deletion.CASCADE, related_name='acknowledgements', to='roles.jobdescriptionversion')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('lapses_on', None)), fields=('version', 'assignment'), name='acknowledged_once')],
            },
        ),
        migrations.CreateModel(
            name='Rendering',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=120)),
                ('status', models.CharField(choices=[('waiting', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed'), ('expired', 'Expired'), ('cancelled', 'Cancelled'), ('unsure', 'Not known whether it was sent')], default='waiting', max_length=10)),
                ('not_before', models.DateTimeField(default=django.utils.timezone.now)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('last_error', models.CharField(blank=True, max_length=300)),
                ('owed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('file', models.FileField(blank=True, max_length=200, upload_to='made/')),
                ('total', models.PositiveIntegerField(default=1)),
                ('made', models.PositiveIntegerField(default=0)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roles.district')),
                ('version', roles.wall.DistrictKey(on_delete=django.db.models.deletion.CASCADE, related_name='renderings', to='roles.jobdescriptionversion')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('status__in', ['waiting', 'running'])), fields=['not_before'], name='rendering_unfinished')],
                'constraints': [models.UniqueConstraint(fields=('district', 'key'), name='rendering_once')],
            },
        ),
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=120)),
                ('status', models.CharField(choices=[('waiting', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed'), ('expired', 'Expired'), ('cancelled', 'Cancelled'), ('unsure', 'Not known whether it was sent')], default='waiting', max_length=10)),
                ('not_before', models.DateTimeField(default=django.utils.timezone.now)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('last_error', models.CharField(blank=True, max_length=300)),
                ('owed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('kind', models.CharField(choices=[('account', 'About an account'), ('due', 'What is due'), ('brief', 'Weekly brief')], default='account', max_length=10)),
                ('to', models.EmailField(max_length=254)),
                ('subject', models.CharField(blank=True, max_length=200)),
                ('body', models.TextField(blank=True)),
                ('html', models.TextField(blank=True)),
                ('headers', models.JSONField(blank=True, default=dict)),
                ('message_id', models.CharField(max_length=200)),
                ('may_be_doubled', models.BooleanField(default=False)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('unsure_since', models.DateTimeField(blank=True, null=True)),
                ('workers_lost', models.PositiveSmallIntegerField(default=0)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roles.district')),
                ('reader', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='letters', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('status', 'waiting')), fields=['district', 'kind', 'not_before'], name='letters_waiting'), models.Index(condition=models.Q(('status__in', ['running', 'unsure'])), fields=['lease_until'], name='letters_held')],
                'constraints': [models.UniqueConstraint(fields=('district', 'key'), name='letter_once')],
            },
        ),
        migrations.CreateModel(
            name='WorkArea',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=40)),
                ('name', models.CharField(max_length=80)),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roles.district')),
            ],
            options={
                'ordering': ['order', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('district', 'key'), name='work_area_key_once')],
            },
        ),
        migrations.CreateModel(
            name='Involvement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('approach', models.CharField(choices=[('partner_provider', 'Partner with a proven provider'), ('build_own', 'Build your own program'), ('leverage_provider', 'Leverage provider experience')], max_length=20)),
                ('part', models.CharField(choices=[('leads', 'Leads'), ('shares', 'Shares'), ('supports', 'Supports'), ('informed', 'Kept informed')], max_length=10)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roles.district')),
                ('role', roles.wall.DistrictKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='involvements', to='roles.leadershiprole')),
                ('area', roles.wall.DistrictKey(on_delete=django.db.models.deletion.CASCADE, related_name='involvements', to='roles.workarea')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('area', 'role', 'approach'), name='involvement_once', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='LadderRung',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('days', models.SmallIntegerField(verbose_name='days from the due date')),
                ('audience', models.CharField(choices=[('owner', 'The owner'), ('supervisor', "The owner's supervisor"), ('project_manager', 'The project manager'), ('champion', 'The executive champion')], default='owner', max_length=20)),
                ('in_brief', models.BooleanField(default=False, verbose_name='in the weekly brief')),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roles.district')),
            ],
            options={
                'ordering': ['days', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('district', 'days', 'audience'), name='ladder_rung_once', violation_error_message='There is a rung on that day for them.'), models.CheckConstraint(condition=models.Q(('days__range', (-90, 90))), name='ladder_rung_within_reason')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=160)),
                ('source', models.CharField(max_length=20)),
                ('subject', models.CharField(max_length=60)),
                ('audience', models.CharField(choices=[('owner', 'The owner'), ('supervisor', "The owner's supervisor"), ('project_manager', 'The project manager'), ('champion', 'The executive champion')], default='owner', max_length=20)),
                ('rung', models.SmallIntegerField(blank=True, help_text='Days; none for news.', null=True)),
                ('due_on', models.DateField(blank=True, null=True)),
                ('say_on', models.DateField()),
                ('in_brief', models.BooleanField(default=False)),
                ('status', models.CharField(choices=[('waiting', 'Waiting'), ('said', 'Said'), ('withdrawn', 'Withdrawn')], default='waiting', max_length=10)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roles.district')),
                ('letter', roles.wall.DistrictKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='notices', to='roles.letter')),
                ('reader', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL)),
                ('position', roles.wall.DistrictKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='roles.position')),
            ],
            options={
                'ordering': ['say_on', 'due_on', 'pk'],
                'indexes': [models.Index(condition=models.Q(('status', 'waiting')), fields=['district', 'say_on', 'reader'], name='notices_waiting'), models.Index(fields=['district', 'subject'], name='notices_about')],
                'constraints': [models.UniqueConstraint(fields=('district', 'key'), name='notice_once')],
            },
        ),
        migrations.CreateModel(
            name='MailPreference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('pace', models.CharField(choices=[('daily', 'At most once a day, all in one letter'), ('each', 'Each thing in a letter of its own'), ('weekly', 'Only in the weekly brief')], default='daily', max_length=10)),
                ('hour', models.PositiveSmallIntegerField(default=7, validators=[django.core.validators.MaxValueValidator(20)], verbose_name='not before')),
                ('time_zone', models.CharField(blank=True, max_length=60, validators=[roles.models.places.validate_time_zone])),
                ('brief', models.BooleanField(default=True, verbose_name='weekly brief')),
                ('brief_weekday', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(4)], verbose_name='day of the brief')),
                ('off_since', models.DateTimeField(blank=True, null=True, verbose_name='unsubscribed')),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roles.district')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mail_preferences', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('district', 'person'), name='mail_preference_once'), models.CheckConstraint(condition=models.Q(('brief_weekday__lte', 4), ('hour__lte', 20)), name='mail_comes_on_working_days')],
            },
        ),
        migrations.CreateModel(
            name='Snooze',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(blank=True, max_length=60)),
                ('until', models.DateField()),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roles.district')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('district', 'person', 'subject'), name='snooze_once')],
            },
        ),
        migrations.CreateModel(
            name='FeedToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hash', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='last read')),
                ('stamp', models.CharField(blank=True, max_length=64)),
                ('stamped_at', models.DateTimeField(blank=True, null=True)),
                ('basis', models.CharField(blank=True, max_length=64)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roles.district')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='feed_tokens', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-made_at'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('revoked_at', None)), fields=('district', 'person'), name='one_feed_address_at_a_time', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='CalendarChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roles.district')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RouteStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField()),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roles.district')),
                ('role', roles.wall.DistrictKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roles.leadershiprole')),
            ],
            options={
                'ordering': ['order'],
                'constraints': [models.UniqueConstraint(fields=('district', 'role'), name='role_on_route_once')],
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('content', models.JSONField()),
                ('sha256', models.CharField(max_length=64)),
                ('sent_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('outcome', models.CharField(choices=[('running', 'In review'), ('approved', 'Approved'), ('returned', 'Returned'), ('overtaken', 'Restarted, the text changed'), ('withdrawn', 'Taken back')], default='running', max_length=10)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roles.district')),
                ('sent_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', roles.wall.DistrictKey(on_delete=django.db.models.deletion.CASCADE, related_name='reviews', to='roles.jobdescriptionversion')),
            ],
            options={
                'ordering': ['-number'],
                'constraints': [models.UniqueConstraint(fields=('version', 'number'), name='review_number_once'), models.UniqueConstraint(condition=models.Q(('outcome', 'running')), fields=('version',), name='one_running_review')],
            },
        ),
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField()),
                ('decision', models.CharField(choices=[('waiting', 'Waiting'), ('approved', 'Approved'), ('returned', 'Returned')], default='waiting', max_length=10)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.TextField(blank=True, max_length=1000)),
                ('in_place', models.BooleanField(default=False, verbose_name='in place of a vacant role')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roles.district')),
                ('role', roles.wall.DistrictKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roles.leadershiprole')),
                ('review', roles.wall.DistrictKey(on_delete=django.db.models.deletion.CASCADE, related_name='approvals', to='roles.review')),
            ],
            options={
                'ordering': ['order'],
                'constraints': [models.UniqueConstraint(fields=('review', 'order'), name='approval_order_once'), models.CheckConstraint(condition=models.Q(models.Q(('at', None), ('by', None), ('decision', 'waiting')), models.Q(models.Q(('decision', 'waiting'), _negated=True), models.Q(('sha256', ''), _negated=True), ('at__isnull', False), ('by__isnull', False)), _connector='OR'), name='decision_says_who_when_and_of_what'), models.CheckConstraint(condition=models.Q(models.Q(('decision', 'returned'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='return_says_why')],
            },
        ),
    ]
