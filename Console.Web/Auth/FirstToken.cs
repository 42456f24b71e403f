using ConsoleWeb.Options;

namespace ConsoleWeb.Auth;

/// <summary>
/// A token for the script that starts the product: made before the listeners open and written to the file that the settings name,
/// readable for its owner alone. A file that holds one already is left as it is.
/// </summary>
internal sealed partial class FirstToken(TokenService tokens, IConfiguration configuration, ILogger<FirstToken> logger)
{
    internal const string FileKey = "Gateway:Admin:TokenFile";
    internal const string NameKey = "Gateway:Admin:TokenName";
    internal const string ScopesKey = "Gateway:Admin:TokenScopes";

    /// <summary>Does nothing unless <c>Gateway:Admin:TokenFile</c> is set. A token that cannot be made is said in the log; the product starts all the same.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (configuration[FileKey] is not { Length: > 0 } path || new FileInfo(path) is { Exists: true, Length: > 0 })
        {
            return;
        }

        var scopes = configuration[ScopesKey] is { Length: > 0 } list
            ? list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : [.. TokenScopes.ForDeck];
        try
        {
            // First the file: a token that nobody was told must not stay behind.
            DataDirectory.Protect(path);
            var created = await tokens.CreateAsync(new TokenRequest(configuration[NameKey] ?? "first token", scopes, null), TokenOwner.CommandLine, cancellationToken);
            if (created.IsError)
            {
                LogNotCreated(logger, path, created.Error.Message);
                return;
            }

            await File.WriteAllTextAsync(path, created.Value.Token + "\n", cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNotCreated(logger, path, exception.Message);
        }
    }

    [LoggerMessage(EventId = 6034, Level = LogLevel.Error, Message = "No token was written to {Path}: {Reason}")]
    private static partial void LogNotCreated(ILogger logger, string path, string reason);
}
