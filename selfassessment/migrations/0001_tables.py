import django.db.models.deletion
import django.utils.timezone
import roles.wall
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('selfassessment', '0001_initial')]

    initial = True

    dependencies = [
        ('roles', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Round',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(max_length=60)),
                ('opens_on', models.DateField()),
                ('closes_on', models.DateField()),
                ('edition', models.CharField(max_length=10)),
                ('state', models.CharField(choices=[('open', 'Open'), ('closed', 'Closed')], default='open', max_length=6)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roles.district')),
                ('school_year', roles.wall.DistrictKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessment_rounds', to='roles.schoolyear')),
            ],
            options={
                'ordering': ['-opens_on', '-pk'],
                'constraints': [models.UniqueConstraint(fields=('school_year', 'label'), name='round_label_once_a_year', violation_error_message='This school year has a round of that name.'), models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('district',), name='one_open_round', violation_error_message='A round is open. Close it before you open the next.'), models.CheckConstraint(condition=models.Q(('closes_on__gte', models.F('opens_on'))), name='round_days_in_order', violation_error_message='A round ends on or after the day it starts.'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('closed_by', None), ('state', 'open')), models.Q(('closed_at__isnull', False), ('closed_by__isnull', False), ('state', 'closed')), _connector='OR'), name='closed_round_says_when_and_who')],
            },
        ),
        migrations.CreateModel(
            name='IndicatorRating',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=10)),
                ('value', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('rationale', models.TextField(blank=True, max_length=1000)),
                ('rated_at', models.DateTimeField(blank=True, null=True)),
                ('hint', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roles.district')),
                ('rated_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('round', roles.wall.DistrictKey(on_delete=django.db.models.deletion.CASCADE, related_name='ratings', to='selfassessment.round')),
            ],
            options={
                'ordering': ['code'],
                'constraints': [models.UniqueConstraint(fields=('round', 'code'), name='indicator_rated_once_a_round'), models.CheckConstraint(condition=models.Q(models.Q(('value', None), ('value__lte', 3), _connector='OR'), models.Q(('hint', None), ('hint__lte', 3), _connector='OR')), name='team_rating_from_0_to_3'), models.CheckConstraint(condition=models.Q(models.Q(('rated_at', None), ('rated_by', None), ('value', None)), models.Q(('rated_at__isnull', False), ('rated_by__isnull', False), ('value__isnull', False)), _connector='OR'), name='team_rating_says_who_and_when')],
            },
        ),
        migrations.CreateModel(
            name='EvidenceNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=10, verbose_name='indicator')),
                ('kind', models.CharField(blank=True, max_length=40)),
                ('label', models.CharField(max_length=120, verbose_name='what it is')),
                ('link', models.URLField(blank=True, max_length=500)),
                ('text', models.TextField(blank=True, max_length=1000, verbose_name='what it shows')),
                ('dated_on', models.DateField(verbose_name='the date it speaks for')),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roles.district')),
            ],
            options={
                'ordering': ['-dated_on', '-pk'],
                'indexes': [models.Index(fields=['district', 'code'], name='evidence_note_by_code')],
                'constraints': [models.CheckConstraint(condition=models.Q(('link', ''), ('text', ''), _negated=True), name='evidence_note_says_something', violation_error_message='Give a link, or say what the evidence shows.')],
            },
        ),
    ]
