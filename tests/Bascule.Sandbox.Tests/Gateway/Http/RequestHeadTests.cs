using System.Net;
using System.Text;
using Bascule.Sandbox.Gateway.Http;
using Bascule.Sandbox.Gateway.Matching;

namespace Bascule.Sandbox.Tests.Gateway.Http;

public sealed class RequestHeadTests
{
    [Theory]
    [InlineData("/", "/", "/", "")]
    [InlineData("/a/b?x=1&y=%2F", "/a/b?x=1&y=%2F", "/a/b", "?x=1&y=%2F")]
    [InlineData("/caf%C3%A9", "/caf%C3%A9", "/café", "")]
    [InlineData("/open/../admin", "/admin", "/admin", "")]
    [InlineData("/open/%2e%2e/admin?q", "/admin?q", "/admin", "?q")]
    [InlineData("/a%2Fb", "/a%2Fb", "/a%2Fb", "")]
    [InlineData("/.well-known/x", "/.well-known/x", "/.well-known/x", "")]
    [InlineData("http://other.test:81/a?b", "/a?b", "/a", "?b")]
    [InlineData("*", "*", "*", "")]
    public void Target_IsAskedAboutAndPassedOnInTheSameForm(string written, string target, string path, string query)
    {
        var head = Parse($"GET {written} HTTP/1.1\r\nHost: shop.test\r\n\r\n");

        Assert.Equal((target, path, query), (head.Target, head.Path, head.Query));
        Assert.Equal(written[0] == 'h' ? ("other.test:81", "other.test") : ("shop.test", "shop.test"), (head.Authority, head.Host));
    }

    /// <summary>One object serves a connection, and keeps texts that come again.</summary>
    [Fact]
    public void Request_AfterAnyOther_IsReadAsIfItWereTheFirst()
    {
        string[] requests =
        [
            "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n",
            "GET /x HTTP/1.1\r\nHost: a.test:81\r\nConnection: close\r\n\r\n",
            "GET /x?q=1 HTTP/1.1\r\nHost: b.test\r\nContent-Length: 1\r\n\r\n",
            "GET /%78 HTTP/1.1\r\nHost: A.test\r\n\r\n",
            "GET http://b.test/x HTTP/1.1\r\nHost: a.test\r\n\r\n",
            "OPTIONS * HTTP/1.1\r\nHost: caf\u00e9.test\r\n\r\n",
            "GET /x HTTP/1.0\r\n\r\n",
        ];
        var head = new RequestHead(IPAddress.Loopback);
        foreach (var (before, bytes) in requests.SelectMany(b => requests.Select(r => (b, r))))
        {
            head.Parse(Encoding.Latin1.GetBytes(before));
            head.Parse(Encoding.Latin1.GetBytes(bytes));
            Assert.Equal(Read(Parse(bytes)), Read(head));
        }

        static object Read(RequestHead h) => (h.Method, h.Target, h.Path, h.Query, h.Authority, h.Host, h.Body, h.KeepsAlive, h.IsOld);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n folded: b\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nx: b\0c\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nx: b\rc\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\nHost: a\n\r\n\r\n", 400)]
    [InlineData("GET /\r\nHost: a\r\n\r\n", 400)]
    [InlineData("GET /é HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("G(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505)]
    [InlineData("CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n", 501)]
    [InlineData("GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\n", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\n", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n", 400)]
    public void Head_ThatOthersMightReadOtherwise_IsRefused(string bytes, int status) =>
        Assert.Equal(status, Assert.Throws<BadMessageException>(() => Parse(bytes)).Status);

    [Theory]
    [InlineData("HTTP/1.1", "", true)]
    [InlineData("HTTP/1.1", "Connection: close\r\n", false)]
    [InlineData("HTTP/1.1", "Connection: x-hop, Close\r\n", false)]
    [InlineData("HTTP/1.0", "", false)]
    [InlineData("HTTP/1.0", "Connection: Keep-Alive\r\n", true)]
    public void Connection_IsKeptAsTheClientSays(string version, string headers, bool keeps) =>
        Assert.Equal(keeps, Parse($"GET / {version}\r\nHost: a\r\n{headers}\r\n").KeepsAlive);

    [Theory]
    [InlineData("/", "*", true)]
    [InlineData("/a", "*", false)]
    [InlineData("/a/", "/a", true)]
    [InlineData("/a", "/a/b", true)]
    [InlineData("/a", "/ab", false)]
    public void Path_UnderAPrefix_IsThatOfWholeSegments(string prefix, string target, bool isUnder) =>
        Assert.Equal(isUnder, new PathUnder(prefix).Holds(Parse($"OPTIONS {target} HTTP/1.1\r\nHost: a\r\n\r\n")));

    [Fact]
    public void Questions_OfRules_AreAnswered()
    {
        var head = Parse("GET /?q=a%20b&r=1&r=2 HTTP/1.1\r\nHost: a\r\nX-User: 7\r\nx-user: 8\r\nCookie: one=1; two=%20x\r\ncookie: one=3\r\n\r\n");

        Assert.Equal(("a b", "1,2", null), (head.Parameter("q"), head.Parameter("r"), head.Parameter("none")));
        Assert.Equal(("7,8", null), (head.Header("X-USER"), head.Header("none")));
        Assert.Equal((" x", null), (head.Cookie("two"), head.Cookie("none")));
    }

    [Fact]
    public void Head_AfterAnother_KnowsNothingOfIt()
    {
        var head = Parse("POST /?q=1 HTTP/1.1\r\nHost: first.test:80\r\nCookie: a=1\r\nContent-Length: 3\r\n\r\n");
        Assert.Equal(("1", "1"), (head.Parameter("q"), head.Cookie("a")));

        head.Parse(Encoding.Latin1.GetBytes("GET / HTTP/1.1\r\nHost: second.test\r\n\r\n"));

        Assert.Equal(("GET", "second.test", "second.test", null, null, null), (head.Method, head.Host, head.Authority, head.Parameter("q"), head.Cookie("a"), head.Header("Content-Length")));
        Assert.Equal(BodyKind.None, head.Body.Kind);
    }

    private static RequestHead Parse(string bytes)
    {
        var head = new RequestHead(IPAddress.Loopback);
        head.Parse(Encoding.Latin1.GetBytes(bytes));
        return head;
    }
}
