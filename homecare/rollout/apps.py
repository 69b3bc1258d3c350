from django.apps import AppConfig


class RolloutConfig(AppConfig):
    name = "homecare.rollout"
    label = "rollout"
