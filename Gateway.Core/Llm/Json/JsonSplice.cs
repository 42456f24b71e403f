using System.Buffers;
using System.Text;

namespace Gateway.Core.Llm.Json;

/// <summary>
/// Writes a body again with some top-level members replaced, added or removed. Everything else keeps its bytes: order of members,
/// number text, unknown members, white space, raw UTF-8.
/// </summary>
internal static class JsonSplice
{
    /// <param name="edits">At most one per name.</param>
    public static void Write(in LlmRequestScan scan, ReadOnlySpan<JsonEdit> edits, IBufferWriter<byte> output)
    {
        var body = scan.Body.Span;
        var members = scan.Members;
        Span<bool> used = edits.Length <= 32 ? stackalloc bool[edits.Length] : new bool[edits.Length];
        used.Clear();
        output.Write(body[..(scan.ObjectStart + 1)]);
        var isFirst = true;
        for (var i = 0; i < members.Length; i++)
        {
            var member = members[i];
            var edit = IndexOf(body[(member.KeyStart + 1)..(member.KeyEnd - 1)], edits);
            if (edit >= 0)
            {
                used[edit] = true;
                if (edits[edit].Value is null)
                {
                    continue;
                }
            }

            // The gap before the first member has no comma; every later one brings its own along.
            var gapStart = isFirst ? scan.ObjectStart + 1 : members[i - 1].ValueEnd;
            var gapEnd = isFirst ? members[0].KeyStart : member.KeyStart;
            output.Write(body[gapStart..gapEnd]);
            isFirst = false;
            if (edit >= 0)
            {
                output.Write(body[member.KeyStart..member.ValueStart]);
                output.Write(edits[edit].Value);
            }
            else
            {
                output.Write(body[member.KeyStart..member.ValueEnd]);
            }
        }

        for (var i = 0; i < edits.Length; i++)
        {
            if (used[i] || edits[i].Value is not { } value)
            {
                continue;
            }

            output.Write(isFirst ? "\""u8 : ",\""u8);
            isFirst = false;
            Encoding.UTF8.GetBytes(edits[i].Name, output);
            output.Write("\":"u8);
            output.Write(value);
        }

        output.Write(body[(members.Length == 0 ? scan.ObjectStart + 1 : members[^1].ValueEnd)..]);
    }

    private static int IndexOf(ReadOnlySpan<byte> rawKey, ReadOnlySpan<JsonEdit> edits)
    {
        Span<byte> name = stackalloc byte[64];
        for (var i = 0; i < edits.Length; i++)
        {
            var length = Encoding.UTF8.GetBytes(edits[i].Name, name);
            if (LlmRequestScanner.KeyEquals(rawKey, name[..length]))
            {
                return i;
            }
        }

        return -1;
    }
}
