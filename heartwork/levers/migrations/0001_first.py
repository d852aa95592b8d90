
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('supports', '0003_kinds_every_district_starts_with'),
        ('teams', '0003_go_through_stages'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Lever',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('since', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('law', models.CharField(blank=True, max_length=200)),
                ('left_out_at', models.DateTimeField(blank=True, null=True)),
                ('listed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('same_as', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='others', to='levers.lever')),
                ('support', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='levers', to='supports.support')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='levers', to='teams.team')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('support__isnull', False)), fields=('team', 'support'), name='lever_of_support_once')],
            },
        ),
    ]
