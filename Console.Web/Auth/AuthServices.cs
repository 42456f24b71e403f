using ConsoleWeb.Data;
using ConsoleWeb.Data.Entities;
using ConsoleWeb.Options;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ConsoleWeb.Auth;

/// <summary>Registers accounts, sessions and tokens.</summary>
internal static class AuthServices
{
    /// <summary>
    /// Needs the <see cref="ConsoleDbContext"/> factory and, for a served console, <see cref="ListenerUrls"/>. Without a server, only
    /// <see cref="TokenService"/> and <see cref="AccountService"/> are of use.
    /// </summary>
    public static IServiceCollection AddGatehouseAuth(this IServiceCollection services, DataDirectory directory)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddDataProtection().SetApplicationName("gatehouse").PersistKeysToFileSystem(DataDirectory.CreatePrivate(directory.Keys));

        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();
        services.AddOptions<Microsoft.AspNetCore.Authentication.Cookies.CookieAuthenticationOptions>(IdentityConstants.ApplicationScheme)
            .Configure<IServiceProvider>((options, provider) =>
                ConsoleCookie.Configure(options, provider.GetService<ListenerUrls>()?.Console.Scheme == Uri.UriSchemeHttps));
        services.AddIdentityCore<GatehouseUser>(options =>
            {
                options.Password.RequiredLength = PasswordRules.MinLength;
                options.Password.RequiredUniqueChars = 0;
                options.Password.RequireDigit = false;
                options.Password.RequireLowercase = false;
                options.Password.RequireUppercase = false;
                options.Password.RequireNonAlphanumeric = false;
                // Any letter of any script, and addresses as names.
                options.User.AllowedUserNameCharacters = "";
            })
            .AddRoles<IdentityRole<Guid>>()
            .AddEntityFrameworkStores<ConsoleDbContext>()
            .AddPasswordValidator<PasswordRules>()
            .AddTokenProvider<DataProtectorTokenProvider<GatehouseUser>>(TokenOptions.DefaultProvider)
            .AddSignInManager();
        services.Configure<PasswordHasherOptions>(options => options.IterationCount = 210_000);
        services.Configure<DataProtectionTokenProviderOptions>(options => options.TokenLifespan = TimeSpan.FromHours(72));
        services.Configure<SecurityStampValidatorOptions>(options => options.ValidationInterval = TimeSpan.FromSeconds(10));
        services.AddAuthorization(options => options.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());

        services.AddSingleton<TokenService>();
        services.AddSingleton<TokenUse>();
        services.AddHostedService(provider => provider.GetRequiredService<TokenUse>());
        services.AddSingleton(provider => new FailedAttempts(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<AccountService>();
        services.AddSingleton<UserService>();
        services.AddSingleton<SetupLink>();
        services.AddSingleton<SetupService>();
        services.AddSingleton<FirstToken>();
        services.AddSingleton<SetupGate>();
        services.AddSingleton(provider => new SignInThrottle(provider.GetRequiredService<TimeProvider>()));
        services.AddScoped<SignInService>();
        return services;
    }
}
