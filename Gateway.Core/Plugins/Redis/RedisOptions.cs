using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Gateway.Core.Plugins.Redis;

/// <summary>The Redis that the gateways of an installation share, section <c>Gateway:Redis</c>.</summary>
public sealed class RedisOptions
{
    public const string Section = "Gateway:Redis";

    /// <summary>Addresses and settings in the form of StackExchange.Redis: <c>redis.example:6379,password=…</c>. Default: none.</summary>
    public string? ConnectionString { get; set; }
}

/// <summary>Refuses a connection string that cannot be read.</summary>
internal sealed class RedisOptionsValidator : IValidateOptions<RedisOptions>
{
    public ValidateOptionsResult Validate(string? name, RedisOptions options)
    {
        if (string.IsNullOrEmpty(options.ConnectionString))
        {
            return ValidateOptionsResult.Success;
        }

        try
        {
            _ = ConfigurationOptions.Parse(options.ConnectionString);
            return ValidateOptionsResult.Success;
        }
        catch (ArgumentException exception)
        {
            // The string holds a password, so only the reason is repeated.
            return ValidateOptionsResult.Fail($"{RedisOptions.Section}:{nameof(RedisOptions.ConnectionString)} cannot be read: {exception.Message}");
        }
    }
}
