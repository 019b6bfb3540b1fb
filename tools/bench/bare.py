"""The floor that pages are held against: as many rows as a list has, from constants, and nothing else."""

from flask import Flask, render_template

ROWS = 50
PAGE = """<!doctype html><title>Bare</title><h1>Bare</h1><table>{% for row in rows %}
<tr><td><a href="{{ row.href }}">{{ row.reference }}</a></td><td>{{ row.title }}</td><td>{{ row.customer }}</td>
<td>{{ row.category }}</td><td>{{ row.due }}</td><td>{{ row.state }}</td><td>{{ row.handler }}</td></tr>{% endfor %}
</table>"""


def create_app() -> Flask:
    """An application with one page, and without a database, a session or a log."""
    app = Flask(__name__)
    rows = [
        {
            "href": f"/cases/26-{n:05d}", "reference": f"26-{n:05d}", "title": "Nobody came on the day agreed",
            "customer": "Robin Example", "category": "Not inspected", "due": "in 2 working days, Thu 26 Nov",
            "state": "Being looked into", "handler": "A. Quill",
        }
        for n in range(ROWS)
    ]  # fmt: skip
    # Read once, as the templates of pages are; a string handed over with each request would be compiled each time.
    page = app.jinja_env.from_string(PAGE)
    app.add_url_rule("/", view_func=lambda: render_template(page, rows=rows))
    return app
