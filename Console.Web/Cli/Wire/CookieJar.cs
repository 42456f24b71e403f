using System.Globalization;
using System.Net;

namespace ConsoleWeb.Cli.Wire;

/// <summary>Reads cookie files as browsers, curl and decK write them: seven columns, separated by tabs.</summary>
internal static class CookieJar
{
    private const string HttpOnly = "#HttpOnly_";

    /// <param name="file">The file's name, for messages.</param>
    /// <exception cref="CommandFailureException">A line is no cookie; the message names the line, never a value.</exception>
    public static CookieContainer Parse(string text, string file)
    {
        var jar = new CookieContainer();
        var number = 0;
        foreach (var line in text.Split('\n').Select(l => l.TrimEnd('\r')))
        {
            number++;
            var isHttpOnly = line.StartsWith(HttpOnly, StringComparison.Ordinal);
            if (line.Length == 0 || (line[0] == '#' && !isHttpOnly))
            {
                continue;
            }

            try
            {
                jar.Add(Read(isHttpOnly ? line[HttpOnly.Length..] : line));
            }
            catch (Exception exception) when (exception is FormatException or CookieException or ArgumentException)
            {
                throw new CommandFailureException($"reading file {file}: line {number} is not a cookie (domain, subdomains, path, secure, expiry, name, value)", exception);
            }
        }

        return jar;
    }

    private static Cookie Read(string line)
    {
        if (line.Split('\t') is not [{ Length: > 0 } domain, var withSubdomains, var path, var secure, var expiry, { Length: > 0 } name, var value])
        {
            throw new FormatException();
        }

        var seconds = long.Parse(expiry, NumberStyles.None, CultureInfo.InvariantCulture);
        var host = domain.TrimStart('.');
        return new Cookie(name, value, path, withSubdomains == "TRUE" ? "." + host : host)
        {
            Secure = secure == "TRUE",
            // 0: it ends with the session, which is this command.
            Expires = seconds == 0 ? DateTime.MinValue : DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime,
        };
    }
}
