"""CloudFormation as it really is, where ministack differs."""

from local_aws.cloudformation.describing import ResourceStates
from local_aws.cloudformation.install import install
from local_aws.cloudformation.playing import Playing
from local_aws.cloudformation.requests import CustomResources
from local_aws.cloudformation.responses import Answer, Request, Responses

__all__ = ["Answer", "CustomResources", "Playing", "Request", "ResourceStates", "Responses", "install"]
