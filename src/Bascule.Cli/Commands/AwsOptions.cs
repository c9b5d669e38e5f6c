using System.CommandLine;
using Bascule.Traffic.Alb;
using Bascule.Traffic.Alb.Aws;

namespace Bascule.Cli.Commands;

/// <summary>Whether AWS is asked what its load balancers do: the options of the controller, under the incumbent's names (TR-ALB-14).</summary>
internal sealed class AwsOptions
{
    private const string Verify = "--aws-verify-target-group";

    private readonly Option<bool> _verify = new(Verify, "--alb-verify-weight")
    {
        Description = "Ask AWS whether load balancers have taken weights and pods before going on; needs AWS_REGION, a key, and rights to describe",
    };

    private readonly Option<string> _tag = new("--alb-tag-key-resource-id")
    {
        Description = "Tag by which the AWS load balancer controller says for what it made a target group",
        HelpName = "tag",
        DefaultValueFactory = _ => LoadBalancerChecks.DefaultResourceTag,
    };

    /// <summary>Adds the options to a verb.</summary>
    public AwsOptions(Command verb)
    {
        verb.Add(_verify);
        verb.Add(_tag);
    }

    /// <summary>Opens the way to AWS; null where it is not to be asked. The caller disposes it.</summary>
    /// <exception cref="CliException">The environment does not say where AWS is, or whose key to show.</exception>
    public ElasticLoadBalancing? Open(ParseResult parsed, CliServices services)
    {
        if (!parsed.GetValue(_verify))
            return null;
        try
        {
            return new ElasticLoadBalancing(AwsEnvironment.Read(services.Variable), services.Time);
        }
        catch (AwsException e)
        {
            throw new CliException($"{Verify}: {e.Message}");
        }
    }

    /// <summary>How load balancers are checked; null for not at all.</summary>
    public LoadBalancerChecks? Checks(ParseResult parsed, ElasticLoadBalancing? aws) =>
        aws is null ? null : new LoadBalancerChecks(aws) { ResourceTag = parsed.GetRequiredValue(_tag) };
}
