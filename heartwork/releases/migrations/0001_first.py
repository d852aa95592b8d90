from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name='Release',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('question', models.CharField(max_length=200)),
                ('number', models.PositiveIntegerField()),
                ('minimum', models.PositiveSmallIntegerField()),
                ('day', models.DateField()),
                ('counts', models.JSONField()),
                ('told', models.JSONField()),
                ('how', models.CharField(max_length=10)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('question', 'minimum', 'number'), name='one_release_of_a_number')],
            },
        ),
    ]
