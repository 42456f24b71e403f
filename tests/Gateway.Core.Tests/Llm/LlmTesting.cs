using System.Buffers;
using System.Text;

namespace Gateway.Core.Tests.Llm;

/// <summary>What the tests of formats share.</summary>
internal static class LlmTesting
{
    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    public static string Text(this ArrayBufferWriter<byte> output) => Encoding.UTF8.GetString(output.WrittenSpan);

    /// <summary>Reads a body from <c>Llm/Fixtures</c>.</summary>
    public static byte[] Fixture(string name) =>
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Llm", "Fixtures", name));

    /// <summary>All ways to cut a body in two, and the way of one byte at a time.</summary>
    public static IEnumerable<byte[][]> Cuts(byte[] body)
    {
        yield return [body];
        for (var at = 1; at < body.Length; at++)
        {
            yield return [body[..at], body[at..]];
        }

        yield return [.. body.Select(one => new[] { one })];
    }
}
