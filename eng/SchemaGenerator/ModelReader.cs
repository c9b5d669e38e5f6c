using System.Collections;
using System.Reflection;
using System.Text;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using k8s.Models;

namespace SchemaGenerator;

/// <summary>
/// Walks the model classes from the kinds that the sandbox serves to everything they hold, and writes names and types
/// only. One line per class; a type is a primitive, <c>[]T</c>, <c>{}T</c> or another class, <c>!</c> marks a number or
/// truth value that is always present.
/// </summary>
public static partial class ModelReader
{
    /// <summary>Groups in the order they claim the classes they share, so that a pod template belongs to core.</summary>
    private static readonly (string Prefix, Type[] Kinds)[] Groups =
    [
        ("meta.v1", [typeof(V1ObjectMeta), typeof(V1ListMeta), typeof(V1LabelSelector), typeof(V1Status), typeof(V1DeleteOptions), typeof(V1Condition)]),
        ("core.v1",
        [
            typeof(V1ConfigMap), typeof(V1Endpoints), typeof(Corev1Event), typeof(V1Namespace), typeof(V1Node), typeof(V1PersistentVolumeClaim), typeof(V1Pod),
            typeof(V1PodTemplate), typeof(V1ReplicationController), typeof(V1Secret), typeof(V1ServiceAccount), typeof(V1Service),
        ]),
        ("apps.v1", [typeof(V1ControllerRevision), typeof(V1DaemonSet), typeof(V1Deployment), typeof(V1ReplicaSet), typeof(V1StatefulSet)]),
        ("events.v1", [typeof(Eventsv1Event)]),
        ("authentication.v1", [typeof(V1TokenReview), typeof(V1SelfSubjectReview)]),
        ("authorization.v1", [typeof(V1LocalSubjectAccessReview), typeof(V1SelfSubjectAccessReview), typeof(V1SelfSubjectRulesReview), typeof(V1SubjectAccessReview)]),
        ("autoscaling.v1", [typeof(V1Scale)]),
        ("autoscaling.v2", [typeof(V2HorizontalPodAutoscaler)]),
        ("batch.v1", [typeof(V1CronJob), typeof(V1Job)]),
        ("networking.v1", [typeof(V1IngressClass), typeof(V1Ingress), typeof(V1NetworkPolicy)]),
        ("coordination.v1", [typeof(V1Lease)]),
        ("discovery.v1", [typeof(V1EndpointSlice)]),
        ("policy.v1", [typeof(V1Eviction), typeof(V1PodDisruptionBudget)]),
        ("rbac.v1", [typeof(V1ClusterRoleBinding), typeof(V1ClusterRole), typeof(V1RoleBinding), typeof(V1Role)]),
        ("apiextensions.v1", [typeof(V1CustomResourceDefinition)]),
    ];

    private static readonly Dictionary<Type, string> Primitives = new()
    {
        [typeof(string)] = "string",
        [typeof(int)] = "int32",
        [typeof(long)] = "int64",
        [typeof(double)] = "double",
        [typeof(bool)] = "bool",
        [typeof(DateTime)] = "time",
        [typeof(byte[])] = "bytes",
        [typeof(object)] = "any",
        [typeof(IntOrString)] = "intstr",
        [typeof(ResourceQuantity)] = "quantity",
        // The one class that holds itself; the sandbox reads it as free JSON.
        [typeof(V1JSONSchemaProps)] = "any",
    };

    /// <summary>The content of the file, ending in a newline.</summary>
    public static string ReadAll()
    {
        var names = new Dictionary<Type, string>();
        var order = new List<Type>();
        foreach (var (prefix, kinds) in Groups)
        {
            foreach (var kind in kinds)
                Claim(kind, prefix, names, order);
        }

        var text = new StringBuilder("{\n");
        text.AppendJoin(",\n", order.Select(t => $"  \"{names[t]}\": {{{string.Join(", ", Fields(t).Select(f => $"\"{f.Name}\": \"{Describe(f.Type, names)}\""))}}}"));
        return text.Append("\n}\n").ToString();
    }

    private static void Claim(Type type, string prefix, Dictionary<Type, string> names, List<Type> order)
    {
        if (Primitives.ContainsKey(type) || !names.TryAdd(type, $"{prefix}.{VersionPrefix().Replace(type.Name, "")}"))
            return;
        order.Add(type);
        foreach (var (_, field) in Fields(type))
            Claim(Element(field), prefix, names, order);
    }

    private static IEnumerable<(string Name, Type Type)> Fields(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(p => (p.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? "", p.PropertyType))
            .Where(p => p.Item1.Length > 0);

    private static Type Element(Type type) => Unwrap(type) switch
    {
        { Kind: Shape.Single, Inner: var inner } => inner,
        { Inner: var inner } => Element(inner),
    };

    private static string Describe(Type type, Dictionary<Type, string> names)
    {
        var (shape, inner) = Unwrap(type);
        return shape switch
        {
            Shape.List => "[]" + Describe(inner, names),
            Shape.Map => "{}" + Describe(inner, names),
            _ => (Primitives.TryGetValue(inner, out var primitive) ? primitive : names[inner]) + (type.IsValueType && type == inner ? "!" : ""),
        };
    }

    private static (Shape Kind, Type Inner) Unwrap(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } value)
            return (Shape.Single, value);
        if (!Primitives.ContainsKey(type) && type.IsGenericType)
        {
            var arguments = type.GetGenericArguments();
            return arguments.Length == 2 ? (Shape.Map, arguments[1])
                : typeof(IEnumerable).IsAssignableFrom(type) ? (Shape.List, arguments[0])
                : throw new NotSupportedException($"{type}: neither a list nor a map");
        }

        return (Shape.Single, type);
    }

    /// <summary>V1Pod and Corev1Event: the client puts the version, and where names clash the group, before the name.</summary>
    [GeneratedRegex("^([A-Z][a-z]*?)?[Vv][0-9]+(alpha[0-9]+|beta[0-9]+)?")]
    private static partial Regex VersionPrefix();

    private enum Shape
    {
        Single,
        List,
        Map,
    }
}
