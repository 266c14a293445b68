"""CloudFormation as it really is, where ministack differs."""

from local_aws.cloudformation.describing import ResourceStates
from local_aws.cloudformation.install import install
from local_aws.cloudformation.playing import Playing
from local_aws.cloudformation.requests import CustomResources
from local_aws.cloudformation.responses import Request, Response, ResponseUrls

__all__ = ["CustomResources", "Playing", "Request", "ResourceStates", "Response", "ResponseUrls", "install"]
