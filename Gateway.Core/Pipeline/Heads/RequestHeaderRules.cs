using System.Buffers;
using System.Text;

namespace Gateway.Core.Pipeline.Heads;

/// <summary>
/// What the server does with the headers of a request before anybody sees them. It asks for the encoding of every header by name, which
/// is the one place where its parser can be made stricter.
/// </summary>
internal static class RequestHeaderRules
{
    private static readonly SearchValues<char> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly ConnectionEncoding Connection = new();

    /// <summary>For <c>KestrelServerOptions.RequestHeaderEncodingSelector</c>.</summary>
    /// <returns>Null for the server's own reading.</returns>
    /// <exception cref="InvalidOperationException">The name is no token (RFC 9110, 5.1); the server makes 400 of it.</exception>
    public static Encoding? Select(string name)
    {
        if (name.AsSpan().ContainsAnyExcept(Token) && name[0] != ':')
        {
            throw new InvalidOperationException("The name of a header is no token.");
        }

        return name.Equals("Connection", StringComparison.OrdinalIgnoreCase) ? Connection : null;
    }
}
