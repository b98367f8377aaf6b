"""Control: letters as Celery's own guide would send them, one task each, safely configured."""

import smtplib
import uuid
from email.message import EmailMessage

from celery import Celery
from django.conf import settings

app = Celery("stock", broker=settings.REDIS_URL, set_as_current=False)
app.conf.task_acks_late = True
app.conf.task_reject_on_worker_lost = True
app.conf.worker_prefetch_multiplier = 1
app.conf.task_ignore_result = True
app.conf.task_default_queue = "stock"
app.conf.broker_transport_options = {"visibility_timeout": 4}


@app.task(name="stock.send")
def send(key):
    message = EmailMessage()
    message["From"], message["To"] = "a@elm.example", f"{key}@elm.example"
    message["Message-ID"], message["Subject"] = f"<{key}@elm.example>", "Due"
    message.set_content("One thing is due.")
    with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=5) as line:
        line.send_message(message)


def owe(many):
    for _ in range(many):
        send.delay(uuid.uuid4().hex)
