namespace Gateway.Core.Llm.Json;

/// <summary>White space in the escaped content of a JSON string.</summary>
internal static class RawSpace
{
    /// <summary>Whether there is nothing but white space.</summary>
    public static bool IsBlank(ReadOnlySpan<byte> content) => TrimEnd(content).IsEmpty;

    /// <summary>The content without the blanks, tabs and line ends at its end.</summary>
    public static ReadOnlySpan<byte> TrimEnd(ReadOnlySpan<byte> content)
    {
        while (true)
        {
            if (content is [.., (byte)' '])
            {
                content = content[..^1];
            }
            else if (content is [.., (byte)'\\', (byte)'n' or (byte)'r' or (byte)'t'] && CountBackslashes(content[..^1]) % 2 == 1)
            {
                content = content[..^2];
            }
            else
            {
                return content;
            }
        }
    }

    private static int CountBackslashes(ReadOnlySpan<byte> content) => content.Length - content.TrimEnd((byte)'\\').Length;
}
