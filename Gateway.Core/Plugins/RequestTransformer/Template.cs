using System.Text;

namespace Gateway.Core.Plugins.RequestTransformer;

/// <summary>A text with <c>$(…)</c> in it, read once and rendered for each request. <see cref="TemplateRule"/> says what may stand there.</summary>
internal sealed class Template
{
    private readonly List<Func<TemplateValues, string?>> _parts = [];
    private readonly string? _fixed;

    /// <param name="isFixed">Whether <c>$(</c> is text like any other.</param>
    public Template(string text, bool isFixed = false)
    {
        if (isFixed || !text.Contains("$(", StringComparison.Ordinal))
        {
            _fixed = text;
            return;
        }

        var position = 0;
        while (true)
        {
            var start = text.IndexOf("$(", position, StringComparison.Ordinal);
            var literal = start < 0 ? text[position..] : text[position..start];
            if (literal.Length > 0)
            {
                _parts.Add(_ => literal);
            }

            if (start < 0)
            {
                return;
            }

            var reader = new TemplateReader(text, start + 2);
            _parts.Add(reader.ReadExpression());
            position = reader.Position + 1;
        }
    }

    /// <summary>Whether the text is the same for every request.</summary>
    public bool IsFixed => _fixed is not null;

    /// <summary>The text with this request's values; a value that is missing is empty.</summary>
    public string Render(TemplateValues values)
    {
        if (_fixed is not null)
        {
            return _fixed;
        }

        var text = new StringBuilder();
        foreach (var part in _parts)
        {
            text.Append(part(values));
        }

        return text.ToString();
    }
}

/// <summary>Reads one expression that <see cref="TemplateRule"/> has accepted.</summary>
internal sealed class TemplateReader(string text, int position)
{
    /// <summary>Where the expression ended: at its closing parenthesis.</summary>
    public int Position => position;

    /// <summary><c>or</c> binds weaker than <c>..</c>, as in Lua.</summary>
    public Func<TemplateValues, string?> ReadExpression()
    {
        var left = ReadJoined();
        while (Take("or"))
        {
            var (first, second) = (left, ReadJoined());
            left = values => first(values) ?? second(values);
        }

        return left;
    }

    private Func<TemplateValues, string?> ReadJoined()
    {
        var left = ReadOperand();
        while (Take(".."))
        {
            var (first, second) = (left, ReadOperand());
            left = values => first(values) + second(values);
        }

        return left;
    }

    private Func<TemplateValues, string?> ReadOperand()
    {
        SkipBlanks();
        if (text[position] is '"' or '\'')
        {
            var literal = ReadQuoted();
            return _ => literal;
        }

        var word = ReadWhile(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');
        if (word is "nil" or "false")
        {
            return _ => null;
        }

        if (word is not ("headers" or "query_params" or "uri_captures" or "shared"))
        {
            while (position < text.Length - 1 && text[position] == '.' && char.IsAsciiDigit(text[position + 1]))
            {
                position++;
                word += "." + ReadWhile(char.IsAsciiDigit);
            }

            return _ => word;
        }

        var name = ReadAccessors();
        return word switch
        {
            "headers" => values => values.FindHeader(name),
            "query_params" => values => values.FindQuery(name),
            "uri_captures" => values => values.FindCapture(name),
            _ => values => values.FindShared(name),
        };
    }

    /// <summary>The names after a source, joined by dots.</summary>
    private string ReadAccessors()
    {
        var names = new List<string>();
        while (position < text.Length)
        {
            if (text[position] == '.' && position + 1 < text.Length && text[position + 1] != '.')
            {
                position++;
                names.Add(ReadWhile(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'));
            }
            else if (text[position] == '[')
            {
                position++;
                SkipBlanks();
                names.Add(text[position] is '"' or '\'' ? ReadQuoted() : ReadWhile(char.IsAsciiDigit));
                SkipBlanks();
                position++;
            }
            else
            {
                break;
            }
        }

        return string.Join('.', names);
    }

    private string ReadQuoted()
    {
        var quote = text[position++];
        var content = new StringBuilder();
        while (text[position] != quote)
        {
            if (text[position] == '\\')
            {
                position++;
            }

            content.Append(text[position++]);
        }

        position++;
        return content.ToString();
    }

    private string ReadWhile(Func<char, bool> accepts)
    {
        var start = position;
        while (position < text.Length && accepts(text[position]))
        {
            position++;
        }

        return text[start..position];
    }

    private bool Take(string sign)
    {
        SkipBlanks();
        if (string.CompareOrdinal(text, position, sign, 0, sign.Length) != 0)
        {
            return false;
        }

        position += sign.Length;
        return true;
    }

    private void SkipBlanks()
    {
        while (position < text.Length && text[position] is ' ' or '\t')
        {
            position++;
        }
    }
}
