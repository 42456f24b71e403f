using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using ConsoleWeb.Cli.Wire;
using ConsoleWeb.Declarative.Files;

namespace ConsoleWeb.Cli;

/// <summary>
/// decK's global options. Each may be given as a flag, as <c>DECK_…</c> in the environment, or in the settings file
/// (<c>--config</c>, by default <c>~/.deck.yaml</c>); the first of these wins.
/// </summary>
internal sealed class ConnectionOptions
{
    private readonly Option<string> _config = Text("--config", "Settings file; default ~/.deck.yaml");
    private readonly Option<string> _kongAddress = Text("--kong-addr", "Address of the Admin API. Default http://localhost:8001");
    private readonly Option<string[]> _headers = new("--headers")
    {
        Description = "Header for every call, as name:value; repeatable or separated by commas",
        Recursive = true,
    };

    private readonly Option<string> _timeout = Text("--timeout", "Seconds that one call may take. Default 10");
    private readonly Option<string> _konnectToken = Text("--konnect-token", "Personal access token for Konnect mode");
    private readonly Option<string> _konnectTokenFile = Text("--konnect-token-file", "File with that token");
    private readonly Option<string> _konnectAddress = Text("--konnect-addr", "Address of the Konnect API. Default https://us.api.konghq.com");
    private readonly Option<string> _controlPlane = Text("--konnect-control-plane-name", "Control plane to work on. Default default");
    private readonly Option<string> _runtimeGroup = Text("--konnect-runtime-group-name", "Older name of --konnect-control-plane-name");
    private readonly Option<bool> _tlsSkipVerify = Flag("--tls-skip-verify", "Do not verify the server's certificate");
    private readonly Option<string> _tlsServerName = Text("--tls-server-name", "Name the server's certificate must carry");
    private readonly Option<string> _caCertificate = Text("--ca-cert", "Certificate authority of the server, as PEM text");
    private readonly Option<string> _caCertificateFile = Text("--ca-cert-file", "File with that PEM text");
    private readonly Option<string> _clientCertificateFile = Text("--tls-client-cert-file", "Client certificate, as a PEM file");
    private readonly Option<string> _clientKeyFile = Text("--tls-client-key-file", "Key of the client certificate, as a PEM file");
    private readonly Option<string> _cookieJar = Text("--kong-cookie-jar-path", "File with cookies for the Admin API, in Netscape's format");
    private readonly Option<bool> _noColor = Flag("--no-color", "No colours in the output");
    private readonly Option<string> _verbose = Text("--verbose", "Accepted for decK's sake; without effect");
    private readonly Option<string> _analytics = Text("--analytics", "Accepted for decK's sake; nothing is ever reported");
    private readonly Option<bool> _skipWorkspaceCrud = Flag("--skip-workspace-crud", "Accepted for decK's sake; workspaces are never created");

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[
            _kongAddress, _headers, _timeout, _konnectToken, _konnectTokenFile, _konnectAddress, _controlPlane, _runtimeGroup,
            _tlsSkipVerify, _tlsServerName, _caCertificate, _caCertificateFile, _clientCertificateFile, _clientKeyFile, _cookieJar,
            _config, _noColor, _verbose, _analytics, _skipWorkspaceCrud])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The settings for one call of a command.</summary>
    public ConnectionSettings Resolve(ParseResult parse, CliIo io)
    {
        var settings = ReadSettingsFile(parse, io);
        return new ConnectionSettings
        {
            KongAddress = Find(_kongAddress) ?? ConnectionSettings.DefaultKongAddress,
            Headers = ReadHeaders(parse, io, settings),
            KonnectToken = Find(_konnectToken) ?? ReadFile(Find(_konnectTokenFile))?.Trim(),
            KonnectAddress = Find(_konnectAddress),
            ControlPlaneName = Find(_controlPlane) ?? Find(_runtimeGroup),
            Timeout = ReadTimeout(Find(_timeout)),
            SkipTlsVerify = FindFlag(_tlsSkipVerify, parse, io, settings),
            TlsServerName = Find(_tlsServerName),
            CaCertificate = Find(_caCertificate) ?? ReadFile(Find(_caCertificateFile)),
            ClientCertificate = ReadFile(Find(_clientCertificateFile)),
            ClientKey = ReadFile(Find(_clientKeyFile)),
            Cookies = Find(_cookieJar) is { } jar ? CookieJar.Parse(ReadFile(jar)!, jar) : null,
        };

        string? Find(Option<string> option)
            => parse.GetResult(option) is { Implicit: false }
                ? parse.GetValue(option)
                : io.Variable(VariableOf(option)) ?? settings[NameOf(option)]?.ToString();
    }

    /// <summary>Whether the output is coloured: on a terminal, unless told not to.</summary>
    public bool UseColors(ParseResult parse, CliIo io)
        => io.IsTerminal && io.Variable("NO_COLOR") is null && !FindFlag(_noColor, parse, io, []);

    private static bool FindFlag(Option<bool> option, ParseResult parse, CliIo io, JsonObject settings)
    {
        if (parse.GetResult(option) is { Implicit: false })
        {
            return parse.GetValue(option);
        }

        var text = io.Variable(VariableOf(option)) ?? settings[NameOf(option)]?.ToString();
        return text is "1" or "t" or "T" or "true" or "True" or "TRUE";
    }

    private List<string> ReadHeaders(ParseResult parse, CliIo io, JsonObject settings)
    {
        if (parse.GetResult(_headers) is { Implicit: false })
        {
            return [.. (parse.GetValue(_headers) ?? []).SelectMany(SplitHeaders)];
        }

        return io.Variable(VariableOf(_headers)) is { } text
            ? SplitHeaders(text)
            : [.. (settings["headers"] as JsonArray ?? []).Select(h => h!.ToString())];
    }

    /// <summary>Splits at commas; a piece without a colon belongs to the value before it.</summary>
    internal static List<string> SplitHeaders(string text)
    {
        var headers = new List<string>();
        foreach (var piece in text.Split(','))
        {
            if (headers.Count > 0 && !piece.Contains(':', StringComparison.Ordinal))
            {
                headers[^1] += "," + piece;
            }
            else if (piece.Trim().Length > 0)
            {
                headers.Add(piece.Trim());
            }
        }

        return headers;
    }

    private JsonObject ReadSettingsFile(ParseResult parse, CliIo io)
    {
        var named = parse.GetResult(_config) is { Implicit: false } ? parse.GetValue(_config) : null;
        var path = named ?? (io.Variable("HOME") is { } home ? Path.Combine(home, ".deck.yaml") : null);
        if (path is null || (named is null && !File.Exists(path)))
        {
            return [];
        }

        return YamlReader.Read(ReadFile(path)!, path).Root as JsonObject ?? [];
    }

    private static TimeSpan ReadTimeout(string? text)
    {
        if (text is null)
        {
            return TimeSpan.FromSeconds(10);
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and <= 86_400
            ? TimeSpan.FromSeconds(seconds)
            : throw new CommandFailureException($"--timeout takes a number of seconds from 1 to 86400, not '{text}'");
    }

    private static string? ReadFile(string? path)
    {
        try
        {
            return path is null ? null : File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailureException($"reading file {path}: {e.Message}", e);
        }
    }

    private static Option<string> Text(string name, string description) => new(name) { Description = description, Recursive = true };

    private static Option<bool> Flag(string name, string description) => new(name) { Description = description, Recursive = true };

    private static string NameOf(Option option) => option.Name.TrimStart('-');

    private static string VariableOf(Option option)
        => "DECK_" + NameOf(option).Replace('-', '_').ToUpperInvariant();
}
