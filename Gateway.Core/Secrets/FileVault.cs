using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;

namespace Gateway.Core.Secrets;

/// <summary>
/// The <c>file</c> vault: one file per secret in a directory, as container platforms mount them. <c>{vault://file/my-key}</c> reads the
/// first allowed directory, a vault the directory of its <c>config.path</c>. A line end at the end of the file is no part of the secret.
/// </summary>
internal sealed class FileVault(IOptions<VaultOptions> options) : IVaultType
{
    private const long MaxBytes = 1024 * 1024;

    private readonly string[] _own = [.. options.Value.OwnFiles.Select(Path.GetFullPath)];
    private readonly string[] _allowed = [.. options.Value.Directories.Select(Path.GetFullPath)];

    public string Name => "file";

    public SecretText Read(ParsedReference reference, JsonObject config)
    {
        if ((config["path"]?.GetValue<string>() ?? _allowed.FirstOrDefault()) is not { } directory)
        {
            return SecretText.None("no directory is allowed; name one with Gateway__Vaults__Directories__0");
        }

        if (reference.Resource is "." or ".." || reference.Resource.AsSpan().IndexOfAny('\\', '\0') >= 0)
        {
            return SecretText.None($"'{reference.Resource}' is not the name of a file");
        }

        try
        {
            // Mounted secrets are links to a directory that changes as a whole, so links are followed, but not out of the allowed places.
            var file = RealPath.Of(Path.Combine(Path.GetFullPath(directory), reference.Resource));
            if (!IsAllowed(file))
            {
                return SecretText.None(Outside(file));
            }

            if (RealPath.BelongsTo(file, _own))
            {
                return SecretText.None($"the file {file} belongs to the gateway itself");
            }

            // Pipes and devices, which could keep a reader waiting, have no length.
            return new FileInfo(file) switch
            {
                { Exists: false } => SecretText.None($"there is no file {file}"),
                { Length: 0 } => SecretText.None($"the file {file} is empty"),
                { Length: > MaxBytes } => SecretText.None($"the file {file} is larger than {MaxBytes} bytes"),
                _ => new SecretText(File.ReadAllText(file).TrimEnd('\r', '\n'), null, $"the file {file}"),
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return SecretText.None(exception.Message);
        }
    }

    public (string Member, string Fault)? Check(JsonObject config) =>
        config["path"]?.GetValue<string>() is not { } path ? null
        : !Path.IsPathFullyQualified(path) || path.Contains('\0', StringComparison.Ordinal) ? ("path", "must be an absolute path")
        : IsAllowed(Path.Combine(RealPath.Of(Path.GetFullPath(path)), "x")) ? null
        : ("path", Outside(path));

    private bool IsAllowed(string realPath) => RealPath.IsBelow(realPath, Array.ConvertAll(_allowed, RealPath.Of));

    private string Outside(string path) =>
        $"'{path}' is outside the directories that vaults may read ({string.Join(", ", _allowed)}); Gateway__Vaults__Directories__0 names them";
}
