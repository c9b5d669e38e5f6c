namespace Bascule.Engine.Templates;

/// <summary>
/// The fields of a pod template and of canary steps as the reference's Go types have them: their order, which are
/// left out when empty and what they hold. Hashes are taken over this form (HASH-1, HASH-8).
/// </summary>
/// <remarks>
/// One type per line: <c>Type: name:kind ...</c>. A name ending in <c>!</c> is always written, in <c>*</c> is a
/// pointer. Kinds: <c>s</c> text, <c>i</c> whole number, <c>b</c> boolean, <c>q</c> quantity, <c>x</c> int-or-string,
/// <c>r</c> raw, <c>[k]</c> list, <c>{k}</c> map, else another type. Fields newer than the list do not take part, as
/// in a controller that does not know them.
/// </remarks>
internal static class GoTypeTable
{
    public const string Text = """
        CanaryStep: setWeight*:i pause*:RolloutPause experiment*:RolloutExperimentStep analysis*:RolloutAnalysis setCanaryScale*:SetCanaryScale setHeaderRoute*:SetHeaderRoute setMirrorRoute*:SetMirrorRoute plugin*:PluginStep
        RolloutPause: duration*:x
        RolloutExperimentStep: templates!:[RolloutExperimentTemplate] duration:s analyses:[RolloutExperimentStepAnalysisTemplateRef] dryRun:[DryRun] analysisRunMetadata:AnalysisRunMetadata scaleDownDelaySeconds*:i
        RolloutAnalysis: templates:[AnalysisTemplateRef] args:[AnalysisRunArgument] dryRun:[DryRun] measurementRetention:[MeasurementRetention] analysisRunMetadata*:AnalysisRunMetadata
        SetCanaryScale: weight*:i replicas*:i matchTrafficWeight:b
        SetHeaderRoute: name:s match:[HeaderRoutingMatch]
        SetMirrorRoute: name!:s match:[RouteMatch] percentage*:i
        PluginStep: name!:s config:r
        RolloutExperimentTemplate: name!:s specRef!:s replicas*:i metadata:PodTemplateMetadata selector*:LabelSelector weight*:i service*:TemplateService
        RolloutExperimentStepAnalysisTemplateRef: name!:s templateName!:s clusterScope*:b args:[AnalysisRunArgument] requiredForCompletion:b
        DryRun: metricName!:s
        AnalysisRunMetadata: labels:{s} annotations:{s}
        AnalysisTemplateRef: templateName!:s clusterScope*:b
        AnalysisRunArgument: name!:s value:s valueFrom*:ArgumentValueFrom
        MeasurementRetention: metricName!:s limit!:i
        HeaderRoutingMatch: headerName!:s headerValue!*:StringMatch
        RouteMatch: method*:StringMatch path*:StringMatch headers:{StringMatch}
        PodTemplateMetadata: labels:{s} annotations:{s}
        TemplateService: name:s
        ArgumentValueFrom: podTemplateHashValue*:s fieldRef*:FieldRef
        StringMatch: exact:s prefix:s regex:s
        FieldRef: fieldPath!:s
        PodTemplateSpec: metadata:ObjectMeta spec:PodSpec
        ObjectMeta: name:s generateName:s namespace:s selfLink:s uid:s resourceVersion:s generation:i creationTimestamp*:s deletionTimestamp*:s deletionGracePeriodSeconds*:i labels:{s} annotations:{s} ownerReferences:[OwnerReference] finalizers:[s]
        PodSpec: volumes:[Volume] initContainers:[Container] containers!:[Container] ephemeralContainers:[EphemeralContainer] restartPolicy:s terminationGracePeriodSeconds*:i activeDeadlineSeconds*:i dnsPolicy:s nodeSelector:{s} serviceAccountName:s serviceAccount:s automountServiceAccountToken*:b nodeName:s hostNetwork:b hostPID:b hostIPC:b shareProcessNamespace*:b securityContext*:PodSecurityContext imagePullSecrets:[LocalObjectReference] hostname:s subdomain:s affinity*:Affinity schedulerName:s tolerations:[Toleration] hostAliases:[HostAlias] priorityClassName:s priority*:i dnsConfig*:PodDNSConfig readinessGates:[PodReadinessGate] runtimeClassName*:s enableServiceLinks*:b preemptionPolicy*:s overhead:{q} topologySpreadConstraints:[TopologySpreadConstraint] setHostnameAsFQDN*:b os*:PodOS hostUsers*:b schedulingGates:[PodSchedulingGate] resourceClaims:[PodResourceClaim] resources*:ResourceRequirements hostnameOverride*:s schedulingGroup*:PodSchedulingGroup evictionResponders:[EvictionResponder]
        OwnerReference: apiVersion!:s kind!:s name!:s uid!:s controller*:b blockOwnerDeletion*:b
        Volume: name!:s hostPath*:HostPathVolumeSource emptyDir*:EmptyDirVolumeSource gcePersistentDisk*:GCEPersistentDiskVolumeSource awsElasticBlockStore*:AWSElasticBlockStoreVolumeSource gitRepo*:GitRepoVolumeSource secret*:SecretVolumeSource nfs*:NFSVolumeSource iscsi*:ISCSIVolumeSource glusterfs*:GlusterfsVolumeSource persistentVolumeClaim*:PersistentVolumeClaimVolumeSource rbd*:RBDVolumeSource flexVolume*:FlexVolumeSource cinder*:CinderVolumeSource cephfs*:CephFSVolumeSource flocker*:FlockerVolumeSource downwardAPI*:DownwardAPIVolumeSource fc*:FCVolumeSource azureFile*:AzureFileVolumeSource configMap*:ConfigMapVolumeSource vsphereVolume*:VsphereVirtualDiskVolumeSource quobyte*:QuobyteVolumeSource azureDisk*:AzureDiskVolumeSource photonPersistentDisk*:PhotonPersistentDiskVolumeSource projected*:ProjectedVolumeSource portworxVolume*:PortworxVolumeSource scaleIO*:ScaleIOVolumeSource storageos*:StorageOSVolumeSource csi*:CSIVolumeSource ephemeral*:EphemeralVolumeSource image*:ImageVolumeSource
        Container: name!:s image:s command:[s] args:[s] workingDir:s ports:[ContainerPort] envFrom:[EnvFromSource] env:[EnvVar] resources:ResourceRequirements resizePolicy:[ContainerResizePolicy] restartPolicy*:s restartPolicyRules:[ContainerRestartRule] volumeMounts:[VolumeMount] volumeDevices:[VolumeDevice] livenessProbe*:Probe readinessProbe*:Probe startupProbe*:Probe lifecycle*:Lifecycle terminationMessagePath:s terminationMessagePolicy:s imagePullPolicy:s securityContext*:SecurityContext stdin:b stdinOnce:b tty:b
        EphemeralContainer: name!:s image:s command:[s] args:[s] workingDir:s ports:[ContainerPort] envFrom:[EnvFromSource] env:[EnvVar] resources:ResourceRequirements resizePolicy:[ContainerResizePolicy] restartPolicy*:s restartPolicyRules:[ContainerRestartRule] volumeMounts:[VolumeMount] volumeDevices:[VolumeDevice] livenessProbe*:Probe readinessProbe*:Probe startupProbe*:Probe lifecycle*:Lifecycle terminationMessagePath:s terminationMessagePolicy:s imagePullPolicy:s securityContext*:SecurityContext stdin:b stdinOnce:b tty:b targetContainerName:s
        PodSecurityContext: seLinuxOptions*:SELinuxOptions windowsOptions*:WindowsSecurityContextOptions runAsUser*:i runAsGroup*:i runAsNonRoot*:b supplementalGroups:[i] supplementalGroupsPolicy*:s fsGroup*:i sysctls:[Sysctl] fsGroupChangePolicy*:s seccompProfile*:SeccompProfile appArmorProfile*:AppArmorProfile seLinuxChangePolicy*:s
        LocalObjectReference: name:s
        Affinity: nodeAffinity*:NodeAffinity podAffinity*:PodAffinity podAntiAffinity*:PodAntiAffinity
        Toleration: key:s operator:s value:s effect:s tolerationSeconds*:i
        HostAlias: ip!:s hostnames:[s]
        PodDNSConfig: nameservers:[s] searches:[s] options:[PodDNSConfigOption]
        PodReadinessGate: conditionType!:s
        TopologySpreadConstraint: maxSkew!:i topologyKey!:s whenUnsatisfiable!:s labelSelector*:LabelSelector minDomains*:i nodeAffinityPolicy*:s nodeTaintsPolicy*:s matchLabelKeys:[s]
        PodOS: name!:s
        PodSchedulingGate: name!:s
        PodResourceClaim: name!:s resourceClaimName*:s resourceClaimTemplateName*:s
        ResourceRequirements: limits:{q} requests:{q} claims:[ResourceClaim]
        PodSchedulingGroup: podGroupName*:s
        EvictionResponder: name!:s priority!*:i
        HostPathVolumeSource: path!:s type*:s
        EmptyDirVolumeSource: medium:s sizeLimit*:q mode*:i
        GCEPersistentDiskVolumeSource: pdName!:s fsType:s partition:i readOnly:b
        AWSElasticBlockStoreVolumeSource: volumeID!:s fsType:s partition:i readOnly:b
        GitRepoVolumeSource: repository!:s revision:s directory:s
        SecretVolumeSource: secretName:s items:[KeyToPath] defaultMode*:i optional*:b defaultUser*:i
        NFSVolumeSource: server!:s path!:s readOnly:b
        ISCSIVolumeSource: targetPortal!:s iqn!:s lun!:i iscsiInterface:s fsType:s readOnly:b portals:[s] chapAuthDiscovery:b chapAuthSession:b secretRef*:LocalObjectReference initiatorName*:s
        GlusterfsVolumeSource: endpoints!:s path!:s readOnly:b
        PersistentVolumeClaimVolumeSource: claimName!:s readOnly:b
        RBDVolumeSource: monitors!:[s] image!:s fsType:s pool:s user:s keyring:s secretRef*:LocalObjectReference readOnly:b
        FlexVolumeSource: driver!:s fsType:s secretRef*:LocalObjectReference readOnly:b options:{s}
        CinderVolumeSource: volumeID!:s fsType:s readOnly:b secretRef*:LocalObjectReference
        CephFSVolumeSource: monitors!:[s] path:s user:s secretFile:s secretRef*:LocalObjectReference readOnly:b
        FlockerVolumeSource: datasetName:s datasetUUID:s
        DownwardAPIVolumeSource: items:[DownwardAPIVolumeFile] defaultMode*:i defaultUser*:i
        FCVolumeSource: targetWWNs:[s] lun*:i fsType:s readOnly:b wwids:[s]
        AzureFileVolumeSource: secretName!:s shareName!:s readOnly:b
        ConfigMapVolumeSource: name:s items:[KeyToPath] defaultMode*:i optional*:b defaultUser*:i
        VsphereVirtualDiskVolumeSource: volumePath!:s fsType:s storagePolicyName:s storagePolicyID:s
        QuobyteVolumeSource: registry!:s volume!:s readOnly:b user:s group:s tenant:s
        AzureDiskVolumeSource: diskName!:s diskURI!:s cachingMode*:s fsType*:s readOnly*:b kind*:s
        PhotonPersistentDiskVolumeSource: pdID!:s fsType:s
        ProjectedVolumeSource: sources!:[VolumeProjection] defaultMode*:i defaultUser*:i
        PortworxVolumeSource: volumeID!:s fsType:s readOnly:b
        ScaleIOVolumeSource: gateway!:s system!:s secretRef!*:LocalObjectReference sslEnabled:b protectionDomain:s storagePool:s storageMode:s volumeName:s fsType:s readOnly:b
        StorageOSVolumeSource: volumeName:s volumeNamespace:s fsType:s readOnly:b secretRef*:LocalObjectReference
        CSIVolumeSource: driver!:s readOnly*:b fsType*:s volumeAttributes:{s} nodePublishSecretRef*:LocalObjectReference
        EphemeralVolumeSource: volumeClaimTemplate*:PersistentVolumeClaimTemplate
        ImageVolumeSource: reference:s pullPolicy:s
        ContainerPort: name:s hostPort:i containerPort!:i protocol:s hostIP:s
        EnvFromSource: prefix:s configMapRef*:ConfigMapEnvSource secretRef*:SecretEnvSource
        EnvVar: name!:s value:s valueFrom*:EnvVarSource
        ContainerResizePolicy: resourceName!:s restartPolicy!:s
        ContainerRestartRule: action:s exitCodes*:ContainerRestartRuleOnExitCodes
        VolumeMount: name!:s readOnly:b recursiveReadOnly*:s mountPath!:s subPath:s mountPropagation*:s subPathExpr:s bindMountOptions:[s]
        VolumeDevice: name!:s devicePath!:s
        Probe: exec*:ExecAction httpGet*:HTTPGetAction tcpSocket*:TCPSocketAction grpc*:GRPCAction initialDelaySeconds:i timeoutSeconds:i periodSeconds:i successThreshold:i failureThreshold:i terminationGracePeriodSeconds*:i
        Lifecycle: postStart*:LifecycleHandler preStop*:LifecycleHandler stopSignal*:s
        SecurityContext: capabilities*:Capabilities privileged*:b seLinuxOptions*:SELinuxOptions windowsOptions*:WindowsSecurityContextOptions runAsUser*:i runAsGroup*:i runAsNonRoot*:b readOnlyRootFilesystem*:b allowPrivilegeEscalation*:b procMount*:s seccompProfile*:SeccompProfile appArmorProfile*:AppArmorProfile
        SELinuxOptions: user:s role:s type:s level:s
        WindowsSecurityContextOptions: gmsaCredentialSpecName*:s gmsaCredentialSpec*:s runAsUserName*:s hostProcess*:b
        Sysctl: name!:s value!:s
        SeccompProfile: type!:s localhostProfile*:s
        AppArmorProfile: type!:s localhostProfile*:s
        NodeAffinity: requiredDuringSchedulingIgnoredDuringExecution*:NodeSelector preferredDuringSchedulingIgnoredDuringExecution:[PreferredSchedulingTerm]
        PodAffinity: requiredDuringSchedulingIgnoredDuringExecution:[PodAffinityTerm] preferredDuringSchedulingIgnoredDuringExecution:[WeightedPodAffinityTerm]
        PodAntiAffinity: requiredDuringSchedulingIgnoredDuringExecution:[PodAffinityTerm] preferredDuringSchedulingIgnoredDuringExecution:[WeightedPodAffinityTerm]
        PodDNSConfigOption: name:s value*:s
        LabelSelector: matchLabels:{s} matchExpressions:[LabelSelectorRequirement]
        ResourceClaim: name!:s request:s
        KeyToPath: key!:s path!:s mode*:i user*:i
        DownwardAPIVolumeFile: path!:s fieldRef*:ObjectFieldSelector resourceFieldRef*:ResourceFieldSelector mode*:i user*:i
        VolumeProjection: secret*:SecretProjection downwardAPI*:DownwardAPIProjection configMap*:ConfigMapProjection serviceAccountToken*:ServiceAccountTokenProjection clusterTrustBundle*:ClusterTrustBundleProjection podCertificate*:PodCertificateProjection
        PersistentVolumeClaimTemplate: metadata:ObjectMeta spec!:PersistentVolumeClaimSpec
        ConfigMapEnvSource: name:s optional*:b
        SecretEnvSource: name:s optional*:b
        EnvVarSource: fieldRef*:ObjectFieldSelector resourceFieldRef*:ResourceFieldSelector configMapKeyRef*:ConfigMapKeySelector secretKeyRef*:SecretKeySelector fileKeyRef*:FileKeySelector
        ContainerRestartRuleOnExitCodes: operator:s values:[i]
        ExecAction: command:[s]
        HTTPGetAction: path:s port!:x host:s scheme:s httpHeaders:[HTTPHeader] protocol*:s
        TCPSocketAction: port!:x host:s
        GRPCAction: port!:i service!*:s mode*:s
        LifecycleHandler: exec*:ExecAction httpGet*:HTTPGetAction tcpSocket*:TCPSocketAction sleep*:SleepAction
        Capabilities: add:[s] drop:[s]
        NodeSelector: nodeSelectorTerms!:[NodeSelectorTerm]
        PreferredSchedulingTerm: weight!:i preference!:NodeSelectorTerm
        PodAffinityTerm: labelSelector*:LabelSelector namespaces:[s] topologyKey!:s namespaceSelector*:LabelSelector matchLabelKeys:[s] mismatchLabelKeys:[s]
        WeightedPodAffinityTerm: weight!:i podAffinityTerm!:PodAffinityTerm
        LabelSelectorRequirement: key!:s operator!:s values:[s]
        ObjectFieldSelector: apiVersion:s fieldPath!:s
        ResourceFieldSelector: containerName:s resource!:s divisor:q
        SecretProjection: name:s items:[KeyToPath] optional*:b
        DownwardAPIProjection: items:[DownwardAPIVolumeFile]
        ConfigMapProjection: name:s items:[KeyToPath] optional*:b
        ServiceAccountTokenProjection: audience:s expirationSeconds*:i path!:s user*:i
        ClusterTrustBundleProjection: name*:s signerName*:s labelSelector*:LabelSelector optional*:b path!:s user*:i
        PodCertificateProjection: signerName:s keyType:s maxExpirationSeconds*:i credentialBundlePath:s keyPath:s certificateChainPath:s userAnnotations:{s} user*:i
        PersistentVolumeClaimSpec: accessModes:[s] selector*:LabelSelector resources:VolumeResourceRequirements volumeName:s storageClassName*:s volumeMode*:s dataSource*:TypedLocalObjectReference dataSourceRef*:TypedObjectReference volumeAttributesClassName*:s
        ConfigMapKeySelector: name:s key!:s optional*:b
        SecretKeySelector: name:s key!:s optional*:b
        FileKeySelector: volumeName!:s path!:s key!:s optional*:b
        HTTPHeader: name!:s value!:s
        SleepAction: seconds!:i
        NodeSelectorTerm: matchExpressions:[NodeSelectorRequirement] matchFields:[NodeSelectorRequirement]
        VolumeResourceRequirements: limits:{q} requests:{q}
        TypedLocalObjectReference: apiGroup!*:s kind!:s name!:s
        TypedObjectReference: apiGroup!*:s kind!:s name!:s namespace*:s
        NodeSelectorRequirement: key!:s operator!:s values:[s]
        """;
}
