using System.Buffers;
using System.Runtime.CompilerServices;

namespace ConsoleWeb.Data.Logs;

/// <summary>Numbers of few bytes where they are small: seven bits to a byte, the lowest first.</summary>
internal static class VarInt
{
    public static void Write(IBufferWriter<byte> output, long number)
    {
        var value = (ulong)number;
        var bytes = output.GetSpan(10);
        var length = 0;
        while (value >= 0x80)
        {
            bytes[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        bytes[length++] = (byte)value;
        output.Advance(length);
    }

    /// <summary>Takes a number off the beginning.</summary>
    /// <exception cref="InvalidDataException">It is not whole.</exception>
    public static long Read(ref ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        var number = Read(bytes, ref at);
        bytes = bytes[at..];
        return number;
    }

    /// <summary>Reads the number that begins at <paramref name="at"/>, which is behind it afterwards.</summary>
    /// <exception cref="InvalidDataException">It is not whole.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Read(ReadOnlySpan<byte> bytes, ref int at) =>
        (uint)at < (uint)bytes.Length && bytes[at] < 0x80 ? bytes[at++] : ReadLarge(bytes, ref at);

    private static long ReadLarge(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; shift < 64 && (uint)at < (uint)bytes.Length; shift += 7)
        {
            var next = bytes[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return (long)value;
            }
        }

        throw new InvalidDataException("A stored number is damaged.");
    }
}
