using System.Text;
using Gateway.Core.Pipeline;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Plugins.Authentication;

/// <summary>Makes answers that ask for a credential.</summary>
internal static class Unauthorized
{
    public static Refusal Refusal(string message, string challenge) => new(StatusCodes.Status401Unauthorized, message)
    {
        Detail = "unauthenticated",
        Headers = [new("WWW-Authenticate", challenge)],
    };

    /// <summary>Value of <c>WWW-Authenticate</c>: <c>Key realm="x"</c>, or the scheme alone.</summary>
    public static string Challenge(string scheme, string? realm)
    {
        if (realm is null)
        {
            return scheme;
        }

        var text = new StringBuilder(scheme).Append(" realm=\"");
        foreach (var c in realm)
        {
            // What a header cannot carry would make every refusal fail.
            text.Append(c is '"' or '\\' ? $"\\{c}" : c is < ' ' or > '~' ? "?" : c.ToString());
        }

        return text.Append('"').ToString();
    }
}
