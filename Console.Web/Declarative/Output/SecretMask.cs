using System.Text.Json;

namespace ConsoleWeb.Declarative.Output;

/// <summary>Replaces the values of all <c>DECK_*</c> variables in printed text by <c>[masked]</c>.</summary>
internal sealed class SecretMask
{
    private const string Replacement = "[masked]";
    private readonly List<string> _values = [];

    /// <param name="environment">Variables of the process.</param>
    /// <param name="isOn">Off with <c>--no-mask-deck-env-vars-value</c>.</param>
    public SecretMask(IReadOnlyDictionary<string, string> environment, bool isOn)
    {
        if (!isOn)
        {
            return;
        }

        foreach (var (name, value) in environment)
        {
            if (name.StartsWith("DECK_", StringComparison.Ordinal) && value.Length > 0)
            {
                _values.Add(value);
                // The same value as it looks inside a JSON text.
                var escaped = JsonSerializer.Serialize(value, PlainJson.Compact)[1..^1];
                if (escaped != value)
                {
                    _values.Add(escaped);
                }
            }
        }

        // A value that is part of another must not cut the longer one apart.
        _values.Sort((a, b) => b.Length.CompareTo(a.Length));
    }

    /// <summary>The text with whole-word occurrences replaced.</summary>
    public string Apply(string text)
    {
        foreach (var value in _values)
        {
            text = Apply(text, value);
        }

        return text;
    }

    private static string Apply(string text, string value)
    {
        var position = 0;
        while ((position = text.IndexOf(value, position, StringComparison.Ordinal)) >= 0)
        {
            var end = position + value.Length;
            if (IsBoundary(text, position) && IsBoundary(text, end))
            {
                text = string.Concat(text.AsSpan(0, position), Replacement, text.AsSpan(end));
                position += Replacement.Length;
            }
            else
            {
                position = end;
            }
        }

        return text;
    }

    /// <summary>Whether a word does not go on across this position.</summary>
    private static bool IsBoundary(string text, int position)
        => position == 0 || position == text.Length || !IsWord(text[position - 1]) || !IsWord(text[position]);

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_';
}
