using Gateway.Core.Logging;
using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.FileLog;

/// <summary>Config of the plugin <c>file-log</c>: one JSON line for each request.</summary>
internal sealed record FileLogConfig : IPluginConfig
{
    [Field("File to append to. It is made when missing; its directory must exist.")]
    [Rule<FilePathRule>]
    public required string Path { get; init; }

    [Field("Open the file anew for each record, so that it can be rotated.")]
    public bool Reopen { get; init; }

    /// <summary>Member name (dots address nested members) to <c>return nil</c> or <c>return</c> and a literal; see <see cref="LuaLiteral"/>.</summary>
    [Field("Members of the record to set or remove: return nil, or return and a text, number or truth value.")]
    [Rule<LuaLiteralRule>]
    public IReadOnlyDictionary<string, string>? CustomFieldsByLua { get; init; }
}

/// <summary>A file path of at least two characters without blanks around it and without asterisk, ampersand, percent and backtick.</summary>
internal sealed class FilePathRule : IValueRule
{
    public string? Check(string text) =>
        text.Length >= 2 && !char.IsWhiteSpace(text[0]) && !char.IsWhiteSpace(text[^1]) && text.IndexOfAny(['*', '&', '%', '`', '\0']) < 0
            ? null
            : "not a valid filename";
}
