using System.Buffers.Binary;
using System.Text;

namespace Gateway.Core.Tests.Plugins.Opentelemetry;

/// <summary>
/// A message in the wire format of Protocol Buffers, read without its schema and strictly: what is cut, unknown or not a field of the
/// asked type fails the test.
/// </summary>
internal sealed class ProtoMessage
{
    private readonly List<(int Field, int WireType, ulong Number, ReadOnlyMemory<byte> Bytes)> _fields = [];

    private ProtoMessage()
    {
    }

    public static ProtoMessage Parse(ReadOnlyMemory<byte> bytes)
    {
        var message = new ProtoMessage();
        while (!bytes.IsEmpty)
        {
            var tag = Varint(ref bytes);
            var (field, wireType) = ((int)(tag >> 3), (int)(tag & 7));
            Assert.True(field > 0, "field 0");
            switch (wireType)
            {
                case 0:
                    message._fields.Add((field, wireType, Varint(ref bytes), default));
                    break;
                case 1:
                    message._fields.Add((field, wireType, BinaryPrimitives.ReadUInt64LittleEndian(Take(ref bytes, 8).Span), default));
                    break;
                case 2:
                    message._fields.Add((field, wireType, 0, Take(ref bytes, checked((int)Varint(ref bytes)))));
                    break;
                case 5:
                    message._fields.Add((field, wireType, BinaryPrimitives.ReadUInt32LittleEndian(Take(ref bytes, 4).Span), default));
                    break;
                default:
                    Assert.Fail($"wire type {wireType} in field {field}");
                    break;
            }
        }

        return message;
    }

    public bool Has(int field) => _fields.Any(f => f.Field == field);

    public IEnumerable<ProtoMessage> Messages(int field) => Of(field, 2).Select(f => Parse(f.Bytes));

    public ProtoMessage Message(int field) => Assert.Single(Messages(field));

    /// <summary>Empty when it is not there, as in proto3.</summary>
    public string Text(int field) => Encoding.UTF8.GetString(Bytes(field).Span);

    /// <summary>In lower-case hexadecimal digits.</summary>
    public string Hex(int field) => Convert.ToHexStringLower(Bytes(field).Span);

    public ulong Varint(int field) => Last(field, 0);

    public ulong Fixed64(int field) => Last(field, 1);

    public double Double(int field) => BitConverter.UInt64BitsToDouble(Fixed64(field));

    private static ulong Varint(ref ReadOnlyMemory<byte> bytes)
    {
        var value = 0UL;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var next = Take(ref bytes, 1).Span[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        Assert.Fail("a varint of more than ten bytes");
        return 0;
    }

    private static ReadOnlyMemory<byte> Take(ref ReadOnlyMemory<byte> bytes, int count)
    {
        Assert.True(count <= bytes.Length, "the message ends in the middle of a field");
        var taken = bytes[..count];
        bytes = bytes[count..];
        return taken;
    }

    private ReadOnlyMemory<byte> Bytes(int field) => Of(field, 2).Select(f => f.Bytes).LastOrDefault();

    private ulong Last(int field, int wireType) => Of(field, wireType).Select(f => f.Number).LastOrDefault();

    private IEnumerable<(int Field, int WireType, ulong Number, ReadOnlyMemory<byte> Bytes)> Of(int field, int wireType)
    {
        var found = _fields.Where(f => f.Field == field).ToList();
        Assert.All(found, f => Assert.Equal(wireType, f.WireType));
        return found;
    }
}
