namespace Gateway.Testing.Faults;

/// <summary>The head of a request or of an answer, as it came.</summary>
/// <param name="FirstLine">Request line or status line.</param>
/// <param name="Lines">Header lines in their order.</param>
public sealed record WireHead(string FirstLine, IReadOnlyList<string> Lines)
{
    /// <summary>Status of an answer; 0 when the line is none.</summary>
    public int Status => FirstLine.Split(' ') is [_, var status, ..] && int.TryParse(status, out var number) ? number : 0;

    /// <summary>Target of a request.</summary>
    public string Target => FirstLine.Split(' ') is [_, var target, ..] ? target : "";

    /// <summary>First value of a header; null when there is none.</summary>
    public string? Find(string name)
    {
        foreach (var line in Lines)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && line.AsSpan(0, colon).Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return line[(colon + 1)..].Trim();
            }
        }

        return null;
    }
}

/// <summary>A body as far as it came.</summary>
/// <param name="Bytes">Without the framing of chunks.</param>
/// <param name="IsWhole">Whether the framing says that nothing is missing.</param>
/// <param name="IsReset">Whether the connection was reset while it was read.</param>
public sealed record WireBody(byte[] Bytes, bool IsWhole, bool IsReset);
