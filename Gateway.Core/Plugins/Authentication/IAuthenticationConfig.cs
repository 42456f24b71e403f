namespace Gateway.Core.Plugins.Authentication;

/// <summary>What the configs of all authentication plugins have.</summary>
internal interface IAuthenticationConfig : IPluginConfig
{
    /// <summary>Id or user name of the consumer that requests without a valid credential go on as; null refuses them.</summary>
    string? Anonymous { get; }

    /// <summary>Whether OPTIONS requests need a credential too.</summary>
    bool RunOnPreflight { get; }
}
