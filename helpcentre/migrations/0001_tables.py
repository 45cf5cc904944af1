import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from common.create_tables import CreateTables


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateTables(
            [
                migrations.CreateModel(
                    name='MissedSearch',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('text', models.CharField(max_length=80, unique=True, verbose_name='searched for')),
                        ('count', models.PositiveIntegerField(default=1, verbose_name='times')),
                        ('last_at', models.DateTimeField(verbose_name='last')),
                    ],
                    options={
                        'verbose_name': 'search without a result',
                        'verbose_name_plural': 'searches without a result',
                        'ordering': ['-count', '-last_at'],
                    },
                ),
                migrations.CreateModel(
                    name='Article',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('slug', models.SlugField(max_length=80, unique=True, verbose_name='address')),
                        ('category', models.CharField(choices=[('start', 'Getting started'), ('trouble', 'Troubleshooting'), ('operation', 'Running your services'), ('security', 'Security and access'), ('plans', 'Plans and billing'), ('support', 'Working with support')], max_length=20, verbose_name='category')),
                        ('product', models.CharField(blank=True, max_length=40, verbose_name='product')),
                        ('tags', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None, verbose_name='tags')),
                        ('status', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published'), ('retired', 'Retired')], default='draft', max_length=10, verbose_name='status')),
                        ('title_en', models.CharField(blank=True, max_length=150, verbose_name='title (English)')),
                        ('title_zh', models.CharField(blank=True, max_length=150, verbose_name='title (Chinese)')),
                        ('body_en', models.TextField(blank=True, verbose_name='text (English)')),
                        ('body_zh', models.TextField(blank=True, verbose_name='text (Chinese)')),
                        ('html_en', models.TextField(blank=True)),
                        ('html_zh', models.TextField(blank=True)),
                        ('words', django.contrib.postgres.search.SearchVectorField()),
                        ('version', models.PositiveIntegerField(default=1, verbose_name='version')),
                        ('created_at', models.DateTimeField(verbose_name='written')),
                        ('updated_at', models.DateTimeField(verbose_name='changed')),
                        ('published_at', models.DateTimeField(null=True, verbose_name='published')),
                        ('retired_at', models.DateTimeField(null=True, verbose_name='retired')),
                        ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                    ],
                    options={
                        'verbose_name': 'article',
                        'verbose_name_plural': 'articles',
                        'ordering': ['-pk'],
                        'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['words'], name='articles_by_words'), models.Index(condition=models.Q(('status', 'published')), fields=['category', '-id'], name='articles_public')],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('status', 'published'), _negated=True), models.Q(('title_en', ''), ('title_zh', ''), ('body_en', ''), ('body_zh', ''), _connector='OR', _negated=True), _connector='OR'), name='published_in_both_languages')],
                    },
                ),
                migrations.CreateModel(
                    name='ArticleFeedback',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('browser', models.CharField(blank=True, max_length=64)),
                        ('helpful', models.BooleanField(verbose_name='helpful')),
                        ('comment', models.CharField(blank=True, max_length=1000, verbose_name='comment')),
                        ('at', models.DateTimeField(verbose_name='at')),
                        ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='feedback', to='helpcentre.article')),
                        ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'feedback',
                        'verbose_name_plural': 'feedback',
                        'ordering': ['-at'],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('person__isnull', False)), fields=('article', 'person'), name='one_voice_per_person'), models.UniqueConstraint(condition=models.Q(('person', None)), fields=('article', 'browser'), name='one_voice_per_browser')],
                    },
                ),
                migrations.CreateModel(
                    name='ArticleVersion',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.PositiveIntegerField(verbose_name='version')),
                        ('title_en', models.CharField(blank=True, max_length=150)),
                        ('title_zh', models.CharField(blank=True, max_length=150)),
                        ('body_en', models.TextField(blank=True)),
                        ('body_zh', models.TextField(blank=True)),
                        ('at', models.DateTimeField(verbose_name='at')),
                        ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='helpcentre.article')),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                    ],
                    options={
                        'verbose_name': 'version of an article',
                        'verbose_name_plural': 'versions of articles',
                        'ordering': ['-number'],
                        'constraints': [models.UniqueConstraint(fields=('article', 'number'), name='one_version_per_number')],
                    },
                ),
                migrations.CreateModel(
                    name='ArticleViews',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('day', models.DateField()),
                        ('count', models.PositiveIntegerField(default=0)),
                        ('article', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='helpcentre.article')),
                    ],
                    options={
                        'verbose_name': 'views of an article',
                        'verbose_name_plural': 'views of articles',
                        'constraints': [models.UniqueConstraint(fields=('article', 'day'), name='one_count_per_day')],
                    },
                ),
                migrations.CreateModel(
                    name='TicketSpared',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('day', models.DateField()),
                        ('article', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='helpcentre.article')),
                        ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'ticket not filed',
                        'verbose_name_plural': 'tickets not filed',
                        'constraints': [models.UniqueConstraint(fields=('article', 'person', 'day'), name='spared_once_a_day')],
                    },
                ),
            ]
        ),
    ]
