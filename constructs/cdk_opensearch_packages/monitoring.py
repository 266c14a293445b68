"""What there is to watch of a provider."""

from collections.abc import Sequence

from aws_cdk.aws_cloudwatch import Alarm, IAlarmAction, Metric, TreatMissingData
from aws_cdk.aws_lambda import IFunction
from constructs import Construct


def metric_of_unserved_requests(function: IFunction) -> Metric:
    """Returns how many requests Lambda has dropped after it had delivered them as often as it does."""
    return function.metric("AsyncEventsDropped", statistic="Sum")


def alarm_on(scope: Construct, construct_id: str, metric: Metric, actions: Sequence[IAlarmAction]) -> Alarm:
    """Makes an alarm that goes off with the first request that ``metric`` counts."""
    alarm = Alarm(
        scope,
        construct_id,
        metric=metric,
        threshold=1,
        evaluation_periods=1,
        treat_missing_data=TreatMissingData.NOT_BREACHING,
        alarm_description="A request for a package was not served: CloudFormation waits until it times out",
    )
    alarm.add_alarm_action(*actions)
    return alarm
