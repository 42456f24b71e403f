using Gateway.Shared.Schema;

namespace Gateway.Core.Logging;

/// <summary>Accepts what <see cref="LuaLiteral"/> understands.</summary>
internal sealed class LuaLiteralRule : IValueRule
{
    public string? Check(string text) => LuaLiteral.TryParse(text, out _)
        ? null
        : "only 'return nil' and 'return' with a text, a number, true or false are supported; the gateway runs no Lua code";
}
