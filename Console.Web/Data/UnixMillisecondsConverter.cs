using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace ConsoleWeb.Data;

/// <summary>Stores moments as UTC Unix milliseconds.</summary>
internal sealed class UnixMillisecondsConverter()
    : ValueConverter<DateTimeOffset, long>(moment => moment.ToUnixTimeMilliseconds(), number => DateTimeOffset.FromUnixTimeMilliseconds(number));
