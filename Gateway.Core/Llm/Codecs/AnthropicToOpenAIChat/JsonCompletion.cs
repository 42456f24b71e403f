using System.Globalization;

namespace Gateway.Core.Llm.Codecs.AnthropicToOpenAIChat;

/// <summary>Follows JSON text that arrives in pieces and knows when its outermost value is complete. A mutable struct.</summary>
internal struct JsonCompletion
{
    private int _depth;
    private bool _inString;
    private bool _isEscaped;

    public bool IsComplete { get; private set; }

    /// <param name="content">A piece of the text, as escaped content of a JSON string; never cut inside an escape.</param>
    public void Feed(ReadOnlySpan<byte> content)
    {
        for (var i = 0; i < content.Length && !IsComplete; i++)
        {
            var c = (char)content[i];
            if (c == '\\' && i + 1 < content.Length)
            {
                i++;
                c = (char)content[i] switch
                {
                    '"' => '"',
                    '\\' => '\\',
                    'u' => ReadUnit(content, ref i),
                    _ => ' ',
                };
            }

            Feed(c);
        }
    }

    private static char ReadUnit(ReadOnlySpan<byte> content, ref int i)
    {
        if (content.Length - i <= 4 || !ushort.TryParse(content.Slice(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit))
        {
            return ' ';
        }

        i += 4;
        return (char)unit;
    }

    private void Feed(char c)
    {
        if (_inString)
        {
            if (_isEscaped)
            {
                _isEscaped = false;
            }
            else if (c == '\\')
            {
                _isEscaped = true;
            }
            else if (c == '"')
            {
                _inString = false;
                IsComplete = _depth == 0;
            }

            return;
        }

        switch (c)
        {
            case '"':
                _inString = true;
                break;
            case '{' or '[':
                _depth++;
                break;
            case '}' or ']':
                _depth--;
                IsComplete = _depth <= 0;
                break;
            default:
                break;
        }
    }
}
