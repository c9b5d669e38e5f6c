using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EndToEnd.Tests;

/// <summary>
/// AWS, played by the test: the Query API of Elastic Load Balancing over real HTTP, with one load balancer whose target groups
/// stand for the Services of an Ingress. What its one rule shares out is what the test says.
/// </summary>
internal sealed class PlayedAws : IDisposable
{
    private const string Arn = "arn:aws:elasticloadbalancing:eu-central-1:1";

    private readonly HttpListener _listener;
    private readonly string _tags;
    private readonly string[] _services;

    private PlayedAws(HttpListener listener, Uri address, string tags, string[] services)
    {
        (_listener, Address, _tags, _services) = (listener, address, tags, services);
        Weights = services.ToDictionary(s => s, _ => 0);
        _ = ServeAsync();
    }

    /// <summary>The name that the Ingress has in its status.</summary>
    public const string Dns = "k8s-goprom.eu-central-1.elb.amazonaws.com";

    /// <summary>Where it is asked.</summary>
    public Uri Address { get; }

    /// <summary>Percent of each Service in the one rule.</summary>
    public IReadOnlyDictionary<string, int> Weights { get; set; }

    /// <summary>The header <c>Authorization</c> of everything that was asked.</summary>
    public ConcurrentQueue<string> Signed { get; } = new();

    /// <summary>Begins to answer.</summary>
    /// <param name="tags">What the tag of a target group begins with: namespace, <c>/</c>, Ingress.</param>
    /// <param name="services">The Services that have target groups.</param>
    public static PlayedAws Start(string tags, params string[] services)
    {
        // HttpListener cannot choose a port by itself; another may take the one found before it does.
        for (var attempt = 0; ; attempt++)
        {
            var address = new Uri($"http://127.0.0.1:{FreePort()}/");
            var listener = new HttpListener { Prefixes = { address.AbsoluteUri } };
            try
            {
                listener.Start();
                return new PlayedAws(listener, address, tags, services);
            }
            catch (HttpListenerException) when (attempt < 10)
            {
                listener.Close();
            }
        }
    }

    public void Dispose() => _listener.Close();

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                Signed.Enqueue(context.Request.Headers["Authorization"] ?? "");
                using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
                var form = await reader.ReadToEndAsync();
                var action = form.Split('&')[0].Split('=')[1];
                var body = Encoding.UTF8.GetBytes($"""<{action}Response xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><{action}Result>{Result(action)}</{action}Result></{action}Response>""");
                await context.Response.OutputStream.WriteAsync(body);
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // The test has ended.
        }
    }

    private string Result(string action) => action switch
    {
        "DescribeLoadBalancers" => $"<LoadBalancers><member><LoadBalancerName>k8s-goprom</LoadBalancerName><LoadBalancerArn>{Arn}:loadbalancer/app/k8s-goprom/50dc</LoadBalancerArn><DNSName>{Dns}</DNSName></member></LoadBalancers>",
        "DescribeTargetGroups" => $"<TargetGroups>{Each(s => $"<member><TargetGroupName>tg-{s}</TargetGroupName><TargetGroupArn>{Group(s)}</TargetGroupArn></member>")}</TargetGroups>",
        "DescribeTags" => $"<TagDescriptions>{Each(s => $"<member><ResourceArn>{Group(s)}</ResourceArn><Tags><member><Key>ingress.k8s.aws/resource</Key><Value>{_tags}-{s}:80</Value></member></Tags></member>")}</TagDescriptions>",
        "DescribeListeners" => $"<Listeners><member><ListenerArn>{Arn}:listener/app/k8s-goprom/50dc/f2f7</ListenerArn></member></Listeners>",
        "DescribeRules" => $"<Rules><member><Actions><member><Type>forward</Type><ForwardConfig><TargetGroups>{Each(s => $"<member><TargetGroupArn>{Group(s)}</TargetGroupArn><Weight>{Weights[s]}</Weight></member>")}</TargetGroups></ForwardConfig></member></Actions></member></Rules>",
        _ => "",
    };

    private string Each(Func<string, string> text) => string.Concat(_services.Select(text));

    private static string Group(string service) => $"{Arn}:targetgroup/tg-{service}/73e2";
}
