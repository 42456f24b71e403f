using System.Net;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace Gateway.Core.Plugins.Authentication;

/// <summary>Pairs as a query string or a form holds them: <c>a=1&amp;b=2</c>, with or without a question mark.</summary>
internal static class EncodedPairs
{
    /// <summary>The value under a name, decoded, or two of them when there are more. A name without equals sign has none.</summary>
    public static StringValues Find(string pairs, string name)
    {
        var found = StringValues.Empty;
        var text = WithoutMark(pairs);
        foreach (var range in text.Split('&'))
        {
            var pair = text[range];
            if (IsNamed(pair, name) && pair.IndexOf('=') is >= 0 and var equals)
            {
                found = StringValues.Concat(found, WebUtility.UrlDecode(pair[(equals + 1)..].ToString()));
                if (found.Count > 1)
                {
                    break;
                }
            }
        }

        return found;
    }

    /// <summary>The same text without the pairs of a name; all others keep their spelling.</summary>
    public static string Remove(string pairs, string name)
    {
        if (pairs.Length == 0)
        {
            return pairs;
        }

        var text = WithoutMark(pairs);
        var kept = new StringBuilder(pairs.Length);
        var (isFirst, isChanged) = (true, false);
        foreach (var range in text.Split('&'))
        {
            var pair = text[range];
            if (IsNamed(pair, name))
            {
                isChanged = true;
                continue;
            }

            kept.Append(isFirst ? "" : "&").Append(pair);
            isFirst = false;
        }

        return !isChanged ? pairs : kept.Length > 0 && text.Length < pairs.Length ? $"?{kept}" : kept.ToString();
    }

    private static ReadOnlySpan<char> WithoutMark(string pairs) => pairs.StartsWith('?') ? pairs.AsSpan(1) : pairs;

    private static bool IsNamed(ReadOnlySpan<char> pair, string name)
    {
        var equals = pair.IndexOf('=');
        var own = equals < 0 ? pair : pair[..equals];
        return own.IndexOfAny('%', '+') < 0 ? own.SequenceEqual(name) : WebUtility.UrlDecode(own.ToString()) == name;
    }
}
