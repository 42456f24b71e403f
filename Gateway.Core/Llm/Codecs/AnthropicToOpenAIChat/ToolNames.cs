using System.Security.Cryptography;
using System.Text;

namespace Gateway.Core.Llm.Codecs.AnthropicToOpenAIChat;

/// <summary>
/// Names of tools as the upstream accepts them: at most 64 of <c>[A-Za-z0-9_-]</c>. Others are shortened with a hash, the same way in
/// every request, and restored in the answer.
/// </summary>
internal sealed class ToolNames
{
    private const int MaxLength = 64;
    private Dictionary<string, string>? _originals;

    /// <summary>The name for the upstream.</summary>
    public string Shorten(string name)
    {
        if (IsValid(name))
        {
            return name;
        }

        var shorter = new StringBuilder(MaxLength);
        foreach (var c in name)
        {
            if (shorter.Length == MaxLength - 9)
            {
                break;
            }

            if (IsValid(c))
            {
                shorter.Append(c);
            }
        }

        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(name));
        var result = shorter.Append('_').Append(Convert.ToHexStringLower(hash.AsSpan(0, 4))).ToString();
        (_originals ??= new(StringComparer.Ordinal))[result] = name;
        return result;
    }

    /// <summary>The client's name for one that the upstream used.</summary>
    public string Restore(string name) => _originals is not null && _originals.TryGetValue(name, out var original) ? original : name;

    private static bool IsValid(string name)
    {
        if (name.Length is 0 or > MaxLength)
        {
            return false;
        }

        foreach (var c in name)
        {
            if (!IsValid(c))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsValid(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-';
}
