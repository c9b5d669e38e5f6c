using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Bascule.Sandbox.Schema;

namespace Bascule.Sandbox.Discovery;

/// <summary>
/// The version 2 document in the protobuf form that kubectl insists on (package <c>openapi.v2</c>). Only the messages
/// and fields that the JSON document uses are known here; the numbers are those of that package.
/// </summary>
internal static class OpenApiV2Protobuf
{
    /// <summary><c>/openapi/v2</c> as protobuf.</summary>
    public static byte[] Write(ResourceCatalog catalog)
    {
        var document = JsonElement.Parse(OpenApiV2.Write(catalog));
        var writer = new ProtobufWriter();
        writer.Text(1, document.GetProperty("swagger").GetString()!);
        writer.Message(2, info =>
        {
            info.Text(1, document.GetProperty("info").GetProperty("title").GetString()!);
            info.Text(2, document.GetProperty("info").GetProperty("version").GetString()!);
        });
        writer.Message(8, paths => Named(paths, 2, document.GetProperty("paths"), Path));
        writer.Message(9, definitions => Named(definitions, 1, document.GetProperty("definitions"), Schema));
        return writer.ToArray();
    }

    private static void Named(ProtobufWriter writer, int field, JsonElement map, Action<ProtobufWriter, JsonElement> value)
    {
        foreach (var entry in map.EnumerateObject())
        {
            writer.Message(field, named =>
            {
                named.Text(1, entry.Name);
                named.Message(2, inner => value(inner, entry.Value));
            });
        }
    }

    private static void Path(ProtobufWriter writer, JsonElement path)
    {
        foreach (var operation in path.EnumerateObject())
        {
            var field = operation.Name switch { "get" => 2, "put" => 3, "post" => 4, "delete" => 5, _ => 8 };
            writer.Message(field, inner => Operation(inner, operation.Value));
        }
    }

    private static void Operation(ProtobufWriter writer, JsonElement operation)
    {
        foreach (var parameter in operation.GetProperty("parameters").EnumerateArray())
        {
            // ParametersItem.parameter, Parameter.non_body_parameter, NonBodyParameter.query_parameter_sub_schema
            writer.Message(8, item => item.Message(1, one => one.Message(2, nonBody => nonBody.Message(3, query =>
            {
                query.Text(2, "query");
                query.Text(4, parameter.GetProperty("name").GetString()!);
                query.Text(6, parameter.GetProperty("type").GetString()!);
            }))));
        }

        Extensions(writer, 13, operation);
    }

    private static void Schema(ProtobufWriter writer, JsonElement schema)
    {
        foreach (var member in schema.EnumerateObject())
        {
            var value = member.Value;
            switch (member.Name)
            {
                case "$ref": writer.Text(1, value.GetString()!); break;
                case "format": writer.Text(2, value.GetString()!); break;
                case "description": writer.Text(4, value.GetString()!); break;
                case "default": writer.Message(5, any => any.Text(2, value.GetRawText())); break;
                case "multipleOf": writer.Double(6, value.GetDouble()); break;
                case "maximum": writer.Double(7, value.GetDouble()); break;
                case "exclusiveMaximum": writer.Flag(8); break;
                case "minimum": writer.Double(9, value.GetDouble()); break;
                case "exclusiveMinimum": writer.Flag(10); break;
                case "maxLength": writer.Integer(11, value.GetInt64()); break;
                case "minLength": writer.Integer(12, value.GetInt64()); break;
                case "pattern": writer.Text(13, value.GetString()!); break;
                case "maxItems": writer.Integer(14, value.GetInt64()); break;
                case "minItems": writer.Integer(15, value.GetInt64()); break;
                case "maxProperties": writer.Integer(17, value.GetInt64()); break;
                case "minProperties": writer.Integer(18, value.GetInt64()); break;
                case "required": Texts(writer, 19, value); break;
                case "enum": Enum(writer, value); break;
                case "additionalProperties": writer.Message(21, item => item.Message(1, inner => Schema(inner, value))); break;
                case "type": writer.Message(22, type => type.Text(1, value.GetString()!)); break;
                case "items": writer.Message(23, item => item.Message(1, inner => Schema(inner, value))); break;
                case "properties": writer.Message(25, properties => Named(properties, 1, value, Schema)); break;
            }
        }

        Extensions(writer, 31, schema);
    }

    private static void Texts(ProtobufWriter writer, int field, JsonElement list)
    {
        foreach (var item in list.EnumerateArray())
            writer.Text(field, item.GetString()!);
    }

    private static void Enum(ProtobufWriter writer, JsonElement values)
    {
        foreach (var value in values.EnumerateArray())
            writer.Message(20, any => any.Text(2, value.GetRawText()));
    }

    private static void Extensions(ProtobufWriter writer, int field, JsonElement parent)
    {
        foreach (var member in parent.EnumerateObject().Where(m => m.Name.StartsWith("x-", StringComparison.Ordinal)))
        {
            writer.Message(field, named =>
            {
                named.Text(1, member.Name);
                // Values travel as YAML, which JSON is.
                named.Message(2, any => any.Text(2, member.Value.GetRawText()));
            });
        }
    }

    /// <summary>The wire format, as far as it is needed: varints, doubles and length-delimited fields.</summary>
    private sealed class ProtobufWriter
    {
        private readonly ArrayBufferWriter<byte> bytes = new();

        public byte[] ToArray() => bytes.WrittenSpan.ToArray();

        public void Text(int field, string value) => Delimited(field, Encoding.UTF8.GetBytes(value));

        public void Message(int field, Action<ProtobufWriter> write)
        {
            var inner = new ProtobufWriter();
            write(inner);
            Delimited(field, inner.ToArray());
        }

        public void Integer(int field, long value)
        {
            Varint((ulong)field << 3);
            Varint((ulong)value);
        }

        public void Flag(int field) => Integer(field, 1);

        public void Double(int field, double value)
        {
            Varint(((ulong)field << 3) | 1);
            Span<byte> fixed64 = stackalloc byte[8];
            BinaryPrimitives.WriteDoubleLittleEndian(fixed64, value);
            bytes.Write(fixed64);
        }

        private void Delimited(int field, byte[] value)
        {
            Varint(((ulong)field << 3) | 2);
            Varint((ulong)value.Length);
            bytes.Write(value);
        }

        private void Varint(ulong value)
        {
            while (value > 127)
            {
                bytes.Write([(byte)(value | 128)]);
                value >>= 7;
            }

            bytes.Write([(byte)value]);
        }
    }
}
