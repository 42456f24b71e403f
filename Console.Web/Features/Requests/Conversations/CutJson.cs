using System.Text;

namespace ConsoleWeb.Features.Requests.Conversations;

/// <summary>Makes JSON that ends somewhere in its middle whole again, keeping all that is there.</summary>
internal static class CutJson
{
    private const string CutMark = "… [cut: ";

    private const int LongestMark = 80;

    /// <summary>What may come next.</summary>
    private enum Place
    {
        Value,
        Name,
        Colon,
        AfterValue,
    }

    /// <param name="text">The beginning of an object, with or without the mark that says how much was kept.</param>
    public static string Close(string text)
    {
        if (text.LastIndexOf(CutMark, StringComparison.Ordinal) is var mark and >= 0 && text.Length - mark < LongestMark)
        {
            text = text[..mark];
        }

        var open = new Stack<char>();
        var place = Place.Value;
        var at = 0;
        while (at < text.Length)
        {
            var c = text[at];
            if (char.IsWhiteSpace(c))
            {
                at++;
            }
            else if (c == '"' && place is Place.Value or Place.Name)
            {
                var end = EndOfText(text, at + 1);
                place = place == Place.Name ? Place.Colon : Place.AfterValue;
                if (end < 0)
                {
                    return Finish(text[..EndOfWhole(text, at + 1)] + '"', place, open);
                }

                at = end + 1;
            }
            else if (c is '{' or '[' && place == Place.Value)
            {
                open.Push(c);
                place = c == '{' ? Place.Name : Place.Value;
                at++;
            }
            else if (c is '}' or ']' && open.TryPeek(out var top) && top == (c == '}' ? '{' : '['))
            {
                open.Pop();
                place = Place.AfterValue;
                at++;
                if (open.Count == 0)
                {
                    // Whatever follows the object is not part of it.
                    break;
                }
            }
            else if (c == ',' && place == Place.AfterValue)
            {
                place = open.Peek() == '{' ? Place.Name : Place.Value;
                at++;
            }
            else if (c == ':' && place == Place.Colon)
            {
                place = Place.Value;
                at++;
            }
            else if (place == Place.Value && (char.IsAsciiLetterOrDigit(c) || c == '-'))
            {
                var end = at;
                while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '-' or '+' or '.'))
                {
                    end++;
                }

                if (end == text.Length || (text[end] is not (',' or '}' or ']') && !char.IsWhiteSpace(text[end])))
                {
                    // Half a number or word says nothing.
                    break;
                }

                place = Place.AfterValue;
                at = end;
            }
            else
            {
                break;
            }
        }

        return Finish(text[..at], place, open);
    }

    private static string Finish(string text, Place place, Stack<char> open)
    {
        var whole = new StringBuilder(text, text.Length + open.Count + 8);
        whole.Append(place switch
        {
            Place.Colon => ":null",
            // After a comma or an opening bracket nothing need follow; after a colon something must.
            Place.Value when text.AsSpan().TrimEnd().EndsWith(":") => "null",
            _ => "",
        });
        foreach (var bracket in open)
        {
            whole.Append(bracket == '{' ? '}' : ']');
        }

        return whole.ToString();
    }

    private static int EndOfText(string text, int from)
    {
        for (var at = from; at < text.Length; at++)
        {
            if (text[at] == '\\')
            {
                at++;
            }
            else if (text[at] == '"')
            {
                return at;
            }
        }

        return -1;
    }

    /// <summary>Where the last whole character of a text ends that has no end: not within an escape.</summary>
    private static int EndOfWhole(string text, int from)
    {
        var at = from;
        while (at < text.Length)
        {
            var length = text[at] != '\\' ? 1 : at + 1 < text.Length && text[at + 1] == 'u' ? 6 : 2;
            if (at + length > text.Length)
            {
                break;
            }

            at += length;
        }

        return at;
    }
}
