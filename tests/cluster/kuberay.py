"""The outer keys of KubeRay's RayService, version v1, as a JSON schema that refuses all others.

They are those of KubeRay's custom resource definition that a manifest of ours may use; what is below a pod's template
is Kubernetes' own, for which there is a library.
"""

from typing import Any


def closed(required: list[str], **properties: Any) -> dict[str, Any]:
    """An object of these keys alone."""
    return {"type": "object", "required": required, "properties": properties, "additionalProperties": False}


TEXT = {"type": "string"}
YES_NO = {"type": "boolean"}
COUNT = {"type": "integer", "minimum": 0}
TEXTS = {"type": "object", "additionalProperties": TEXT}
POD = closed(["spec"], metadata={"type": "object"}, spec={"type": "object"})
START = {"rayStartParams": TEXTS, "template": POD}

HEAD = closed(
    ["template"], **START, serviceType=TEXT, headService={"type": "object"}, enableIngress=YES_NO, resources=TEXTS
)
WORKERS = closed(
    ["groupName", "template", "minReplicas", "maxReplicas"],
    **START,
    groupName=TEXT,
    replicas=COUNT,
    minReplicas=COUNT,
    maxReplicas=COUNT,
    numOfHosts=COUNT,
    idleTimeoutSeconds=COUNT,
    suspend=YES_NO,
    resources=TEXTS,
)
AUTOSCALER = closed(
    [],
    idleTimeoutSeconds=COUNT,
    upscalingMode={"enum": ["Default", "Aggressive", "Conservative"]},
    version={"enum": ["v1", "v2"]},
    image=TEXT,
    imagePullPolicy=TEXT,
    resources={"type": "object"},
)
CLUSTER = closed(
    ["headGroupSpec"],
    rayVersion=TEXT,
    enableInTreeAutoscaling=YES_NO,
    autoscalerOptions=AUTOSCALER,
    gcsFaultToleranceOptions={"type": "object"},
    authOptions=closed([], mode={"enum": ["disabled", "token"]}, secretName=TEXT, enableK8sTokenAuth=YES_NO),
    headServiceAnnotations=TEXTS,
    headGroupSpec=HEAD,
    workerGroupSpecs={"type": "array", "items": WORKERS},
    suspend=YES_NO,
)
RAY_SERVICE = closed(
    ["apiVersion", "kind", "metadata", "spec"],
    apiVersion={"const": "ray.io/v1"},
    kind={"const": "RayService"},
    metadata={"type": "object"},
    spec=closed(
        ["serveConfigV2", "rayClusterConfig"],
        serveConfigV2=TEXT,
        rayClusterConfig=CLUSTER,
        serveService={"type": "object"},
        upgradeStrategy={"type": "object"},
        excludeHeadPodFromServeSvc=YES_NO,
        rayClusterDeletionDelaySeconds=COUNT,
        suspend=YES_NO,
    ),
)
