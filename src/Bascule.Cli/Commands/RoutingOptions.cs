using System.CommandLine;
using System.Text.RegularExpressions;
using Bascule.Kube;
using Bascule.Traffic.Objects;

namespace Bascule.Cli.Commands;

/// <summary>In which versions of their APIs routing objects are written: the options of the controller and of whoever looks as it does, under the incumbent's names and with its defaults.</summary>
internal sealed partial class RoutingOptions
{
    private const string Version = "a version such as v1beta1";
    private const string GroupAndVersion = "a group and a version such as example.com/v1";
    private const string MaybeGroup = "a version such as v1beta1, or with its group example.com/v1beta1";

    private static readonly RoutingTypes s_default = RoutingTypes.Default;

    private readonly Option<string> _istio = Named("--istio-api-version", "of VirtualServices and DestinationRules", s_default.VirtualServices.Version, IsVersion, Version);
    private readonly Option<string> _mappings = Named("--ambassador-api-version", "of Mappings", s_default.Mappings.ApiVersion, v => IsVersion(v) || IsGroupVersion(v), MaybeGroup);
    private readonly Option<string> _splits = Named(
        "--traffic-split-api-version", "of TrafficSplits", s_default.TrafficSplits.Version, v => v is "v1alpha1" or "v1alpha2" or "v1alpha3", "v1alpha1, v1alpha2 or v1alpha3");

    private readonly Option<string> _mesh = Named("--appmesh-crd-version", "of App Mesh's objects", s_default.AppMeshVirtualRouters.Version, IsVersion, Version);
    private readonly Option<string> _traefikGroup = Named("--traefik-api-group", "of TraefikServices", s_default.TraefikServices.Group, v => GroupPattern().IsMatch(v), "a group such as traefik.io", "Group");
    private readonly Option<string> _traefik = Named("--traefik-api-version", "of TraefikServices; its group is that of --traefik-api-group", s_default.TraefikServices.ApiVersion, v => IsVersion(v) || IsGroupVersion(v), MaybeGroup);
    private readonly Option<string> _ingresses = Named(
        "--ingress-api-version", "of Ingresses", s_default.Ingresses.ApiVersion, v => v == s_default.Ingresses.ApiVersion, $"{s_default.Ingresses.ApiVersion}; no cluster since 1.22 has another");

    private readonly Option<string> _bindings = Named("--aws-target-group-binding-api-version", "of TargetGroupBindings", s_default.TargetGroupBindings.ApiVersion, IsGroupVersion, GroupAndVersion);

    /// <summary>Adds the options to a verb.</summary>
    public RoutingOptions(Command verb)
    {
        foreach (var option in (Option<string>[])[_istio, _mappings, _splits, _mesh, _traefikGroup, _traefik, _ingresses, _bindings])
            verb.Add(option);
    }

    /// <summary>The types that were asked for.</summary>
    public RoutingTypes Read(ParseResult parsed)
    {
        var (istio, mesh) = (parsed.GetRequiredValue(_istio), parsed.GetRequiredValue(_mesh));
        var (mappingGroup, mappings) = Split(parsed.GetRequiredValue(_mappings), s_default.Mappings.Group);
        var (bindingGroup, bindings) = Split(parsed.GetRequiredValue(_bindings), s_default.TargetGroupBindings.Group);
        return s_default with
        {
            VirtualServices = s_default.VirtualServices with { Version = istio },
            DestinationRules = s_default.DestinationRules with { Version = istio },
            Mappings = Mapping(mappingGroup, mappings),
            TrafficSplits = s_default.TrafficSplits with { Version = parsed.GetRequiredValue(_splits) },
            AppMeshVirtualServices = s_default.AppMeshVirtualServices with { Version = mesh },
            AppMeshVirtualRouters = s_default.AppMeshVirtualRouters with { Version = mesh },
            AppMeshVirtualNodes = s_default.AppMeshVirtualNodes with { Version = mesh },
            TraefikServices = s_default.TraefikServices with { Group = parsed.GetRequiredValue(_traefikGroup), Version = Split(parsed.GetRequiredValue(_traefik), "").Version },
            TargetGroupBindings = s_default.TargetGroupBindings with { Group = bindingGroup, Version = bindings },
        };
    }

    /// <summary>Another project serves the same objects under a name of its own (TR-AMB-01).</summary>
    private static ResourceType Mapping(string group, string version) =>
        group == "x.getambassador.io" ? new(group, version, "ambassadormappings", "AmbassadorMapping") : s_default.Mappings with { Group = group, Version = version };

    private static (string Group, string Version) Split(string text, string group) => text.Split('/') is [var given, var version] ? (given, version) : (group, text);

    private static bool IsVersion(string text) => VersionPattern().IsMatch(text);

    private static bool IsGroupVersion(string text) => text.Split('/') is [var group, var version] && GroupPattern().IsMatch(group) && IsVersion(version);

    private static Option<string> Named(string name, string what, string usual, Func<string, bool> isValid, string expected, string kind = "Version")
    {
        var option = new Option<string>(name) { Description = $"{kind} of the API {what}", HelpName = kind.ToLowerInvariant(), DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is var found && !isValid(found ?? ""))
                result.AddError($"{name}: found '{found}', expected {expected}");
        });
        return option;
    }

    [GeneratedRegex(@"^v[1-9][0-9]*((alpha|beta)[1-9][0-9]*)?\z")]
    private static partial Regex VersionPattern();

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+\z")]
    private static partial Regex GroupPattern();
}
