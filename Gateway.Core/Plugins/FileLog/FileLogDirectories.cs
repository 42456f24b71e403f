using Microsoft.Extensions.Configuration;

namespace Gateway.Core.Plugins.FileLog;

/// <summary>
/// Where <c>file-log</c> may write, setting <c>Gateway:FileLog:AllowedDirectories</c> (a list, or one text with commas). One value for
/// the process, because the rule of the field that asks for it is part of the schema and not of a container.
/// </summary>
internal static class FileLogDirectories
{
    private static readonly string[] Default = ["/tmp", Path.GetTempPath()];
    private static volatile string[] _allowed = Default;

    /// <param name="dataDirectory">Allowed when nothing is set.</param>
    public static void Configure(IConfiguration configuration, string? dataDirectory = null)
    {
        var section = configuration.GetSection("Gateway:FileLog:AllowedDirectories");
        var set = section.GetChildren().Select(c => c.Value).Concat(section.Value?.Split(',') ?? [])
            .Select(v => v?.Trim()).OfType<string>().Where(v => v.Length > 0).ToArray();
        _allowed = set.Length > 0 ? set : dataDirectory is null ? Default : [.. Default, dataDirectory];
    }

    public static bool Allows(string path)
    {
        var full = Path.GetFullPath(path);
        return _allowed.Any(directory =>
        {
            var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
            return full.StartsWith(root.Length == 1 ? root : root + Path.DirectorySeparatorChar, StringComparison.Ordinal);
        });
    }
}
