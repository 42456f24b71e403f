using Gateway.Core.Configuration;
using Gateway.Core.Tests.Plugins.Authentication;
using Gateway.Shared.Contracts;

namespace Gateway.Core.Tests.Plugins.KeyAuth;

/// <summary>A gateway with the plugin and a key for each consumer.</summary>
internal static class KeyAuthScene
{
    public static readonly Guid AdasKeyId = Guid.NewGuid();

    public static readonly Guid BobsKeyId = Guid.NewGuid();

    public static Task<AuthScene> StartAsync(string config = "{}") => AuthScene.StartAsync(WithKeys, ("key-auth", config));

    public static GatewayConfig WithKeys(GatewayConfig config)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        return config with
        {
            KeyAuthCredentials =
            [
                Key(AuthScene.Ada, "ada+1 ä/=") with { Id = AdasKeyId, CreatedAt = now },
                Key(AuthScene.Ada, "ada-key"),
                Key(AuthScene.Bob, "bob-key") with { Id = BobsKeyId },
                Key(AuthScene.Bob, "over") with { CreatedAt = now - 100, Ttl = 100 },
                Key(AuthScene.Bob, "lasting") with { CreatedAt = now - 100, Ttl = 200 },
                Key(AuthScene.Bob, "endless") with { CreatedAt = now - 100, Ttl = 0 },
            ],
        };
    }

    private static KeyAuthCredentialConfig Key(ConsumerConfig consumer, string key) =>
        new() { Id = Guid.NewGuid(), Consumer = new EntityReference(consumer.Id), Key = key };
}
