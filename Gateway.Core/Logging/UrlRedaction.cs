using System.Text;

namespace Gateway.Core.Logging;

/// <summary>Takes credentials out of the query of a URL or request target.</summary>
internal static class UrlRedaction
{
    /// <summary>
    /// Replaces the values of sensitive query parameters by <c>REDACTED</c>, and the password of a URL with user information.
    /// Returns the same string when there is nothing to hide.
    /// </summary>
    public static string Redact(string url, SensitiveNames names)
    {
        var withoutUser = RedactUser(url);
        var start = withoutUser.IndexOf('?', StringComparison.Ordinal);
        if (start < 0)
        {
            return withoutUser;
        }

        StringBuilder? changed = null;
        var copied = 0;
        var position = start + 1;
        while (position < withoutUser.Length)
        {
            var rest = withoutUser.AsSpan(position);
            var length = rest.IndexOfAny('&', '#');
            var pair = length < 0 ? rest : rest[..length];
            var equals = pair.IndexOf('=');
            if (equals > 0 && equals + 1 < pair.Length && IsSensitive(pair[..equals], names))
            {
                changed ??= new StringBuilder(withoutUser.Length);
                changed.Append(withoutUser, copied, position + equals + 1 - copied).Append(SensitiveNames.Redacted);
                copied = position + pair.Length;
            }

            position += pair.Length + 1;
        }

        return changed is null ? withoutUser : changed.Append(withoutUser, copied, withoutUser.Length - copied).ToString();
    }

    private static bool IsSensitive(ReadOnlySpan<char> name, SensitiveNames names) =>
        name.Contains('%') ? names.IsParameter(Uri.UnescapeDataString(name)) : names.IsParameter(name);

    private static string RedactUser(string url)
    {
        var scheme = url.IndexOf("://", StringComparison.Ordinal);
        if (scheme is < 1 or > 10)
        {
            return url;
        }

        var authority = url.AsSpan(scheme + 3);
        var end = authority.IndexOfAny('/', '?', '#');
        authority = end < 0 ? authority : authority[..end];
        var at = authority.LastIndexOf('@');
        return at < 0 ? url : string.Concat(url.AsSpan(0, scheme + 3), SensitiveNames.Redacted, url.AsSpan(scheme + 3 + at));
    }
}
