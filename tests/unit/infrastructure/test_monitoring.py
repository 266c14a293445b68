"""What there is to watch of a provider, for whoever is on call."""

from typing import Any

import pytest
from aws_cdk import Stack
from aws_cdk import aws_sns as sns
from aws_cdk.aws_cloudwatch_actions import SnsAction

from cdk_opensearch_packages import PackageProvider
from tests.unit.infrastructure.stacks import new_stack, resources_of, the_only

ALARM = "AWS::CloudWatch::Alarm"


@pytest.fixture
def stack() -> Stack:
    return new_stack()


@pytest.fixture
def provider(stack: Stack) -> PackageProvider:
    return PackageProvider(stack, "Provider")


def test_nobody_pays_for_an_alarm_that_was_not_asked_for(stack: Stack, provider: PackageProvider) -> None:
    assert provider.metric_unserved_requests().metric_name == "AsyncEventsDropped"
    assert resources_of(stack, ALARM) == {}


def test_an_alarm_tells_of_the_first_request_that_was_not_served(stack: Stack, provider: PackageProvider) -> None:
    topic = sns.Topic.from_topic_arn(stack, "OnCall", "arn:aws:sns:eu-west-1:123456789012:on-call")
    provider.alarm_on_unserved_requests([SnsAction(topic)])

    alarm = the_only(stack, ALARM)["Properties"]
    function = stack.resolve(provider.function.function_name)
    assert (alarm["Namespace"], alarm["MetricName"], alarm["Statistic"]) == ("AWS/Lambda", "AsyncEventsDropped", "Sum")
    assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": function}]
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanOrEqualToThreshold", 1)
    assert alarm["TreatMissingData"] == "notBreaching", "no request is no fault"
    assert alarm["AlarmActions"] == [topic.topic_arn]


@pytest.mark.parametrize(
    ("actions", "error", "message"),
    [
        ([], ValueError, "'actions' must be a list of alarm actions, such as .*, got an empty list; nobody would hear"),
        ("arn:aws:sns:eu-west-1:123456789012:on-call", TypeError, "'actions' takes a list of alarm actions"),
        (["arn:aws:sns:eu-west-1:123456789012:on-call"], TypeError, "'actions' takes a list of alarm actions"),
    ],
)
def test_an_alarm_that_nobody_hears_is_an_error(
    provider: PackageProvider, actions: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        provider.alarm_on_unserved_requests(actions)


def test_the_log_is_in_lambdas_json_format(stack: Stack, provider: PackageProvider) -> None:
    logging = the_only(stack, "AWS::Lambda::Function")["Properties"]["LoggingConfig"]
    assert logging["LogFormat"] == "JSON"
