using System.Text;
using Bascule.Sandbox.Gateway.Http;

namespace Bascule.Sandbox.Tests.Gateway.Http;

public sealed class ChunkScannerTests
{
    [Theory]
    [InlineData("5\r\nhello\r\n0\r\n\r\n", "hello")]
    [InlineData("0\r\n\r\n", "")]
    [InlineData("000A;name=\"x\"\r\n0123456789\r\n1 \r\n!\r\n0;last\r\nTrailer: a\r\nOther: b\r\n\r\n", "0123456789!")]
    public void Body_HoweverItIsCut_HasItsContentAndItsEnd(string body, string content)
    {
        foreach (var piece in Enumerable.Range(1, body.Length + 4))
        {
            var scanner = default(ChunkScanner);
            var (found, used) = (new StringBuilder(), 0);
            var all = Encoding.ASCII.GetBytes(body + "GET ");
            for (var at = 0; at < all.Length && !scanner.IsDone; at += piece)
            {
                ReadOnlySpan<byte> rest = all.AsSpan(at, Math.Min(piece, all.Length - at));
                var length = rest.Length;
                while (!rest.IsEmpty && !scanner.IsDone)
                    found.Append(Encoding.ASCII.GetString(scanner.Next(ref rest)));
                used += length - rest.Length;
            }

            Assert.True(scanner.IsDone);
            Assert.Equal((content, body.Length), (found.ToString(), used));
        }
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("g\r\n")]
    [InlineData("-1\r\n")]
    [InlineData("5\nhello")]
    [InlineData("5\rhello")]
    [InlineData("2\r\nabc\r\n")]
    [InlineData("2\r\nab\n")]
    [InlineData("2;x\ny\r\n")]
    [InlineData("0\r\nTrailer: a\n\r\n")]
    [InlineData("0\r\n\rx")]
    [InlineData("1000000000000000\r\n")]
    public void Framing_ThatOthersMightReadOtherwise_IsRefused(string bytes) => Assert.Throws<BadMessageException>(() => Read(bytes));

    [Fact]
    public void Extensions_WithoutEnd_AreRefused()
    {
        Assert.Throws<BadMessageException>(() => Read("1;" + new string('x', 20_000)));
        Assert.Throws<BadMessageException>(() => Read("0\r\n" + string.Concat(Enumerable.Repeat("a: b\r\n", 5_000))));
    }

    private static void Read(string bytes)
    {
        var scanner = default(ChunkScanner);
        ReadOnlySpan<byte> rest = Encoding.ASCII.GetBytes(bytes);
        while (!rest.IsEmpty && !scanner.IsDone)
            scanner.Next(ref rest);
    }
}
