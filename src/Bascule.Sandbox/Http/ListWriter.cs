using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Bascule.Sandbox.Storage;

namespace Bascule.Sandbox.Http;

/// <summary>Puts lists together from the bytes of their items, without parsing those again.</summary>
internal static class ListWriter
{
    public static byte[] Write(string kind, string apiVersion, JsonObject metadata, IEnumerable<ReadOnlyMemory<byte>> items)
    {
        var buffer = new ArrayBufferWriter<byte>(16 << 10);
        buffer.Write(Encoding.UTF8.GetBytes($$"""{"kind":"{{kind}}","apiVersion":"{{apiVersion}}","metadata":"""));
        buffer.Write(StoredObject.Encode(metadata));
        buffer.Write(",\"items\":["u8);
        var first = true;
        foreach (var item in items)
        {
            if (!first)
                buffer.Write(","u8);
            first = false;
            buffer.Write(item.Span);
        }

        buffer.Write("]}"u8);
        return buffer.WrittenSpan.ToArray();
    }
}
