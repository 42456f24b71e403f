using ConsoleWeb.Auth;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Live;
using Gateway.Core.Plugins;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace ConsoleWeb.Components.Pages.Entities;

/// <summary>Base of the parts that show or change configuration: who acts, and a refresh after each change by anyone.</summary>
public abstract class ConfigPage : LivePage
{
    [CascadingParameter]
    private Task<AuthenticationState>? Authentication { get; set; }

    [Inject]
    private protected IEntityService Entities { get; set; } = default!;

    [Inject]
    private protected PluginCatalog Plugins { get; set; } = default!;

    [Inject]
    protected NavigationManager Navigation { get; set; } = default!;

    /// <summary>Pages never see secrets, whoever looks at them.</summary>
    private protected Actor Actor { get; private set; } = new("", "console", MaySeeSecrets: false, MayWrite: false);

    /// <summary>Whether this person may change configuration.</summary>
    protected bool CanEdit { get; private set; }

    internal const string NeedsEditor = "Needs the role Editor";

    protected override async Task OnInitializedAsync()
    {
        if (Authentication is not null)
        {
            var user = (await Authentication).User;
            CanEdit = Roles.Scopes(Roles.All.Where(user.IsInRole)).Contains(TokenScopes.ConfigWrite);
            Actor = new Actor(user.Identity?.Name ?? "", "console", MaySeeSecrets: false, CanEdit);
        }
    }

    protected override IEnumerable<IDisposable> Subscribe(Action signal) => [Entities.OnChanged(signal)];
}
