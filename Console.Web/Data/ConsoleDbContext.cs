using ConsoleWeb.Data.Entities;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace ConsoleWeb.Data;

/// <summary>Configuration, users and tokens. A context lives for one method.</summary>
internal sealed class ConsoleDbContext(DbContextOptions<ConsoleDbContext> options)
    : IdentityDbContext<GatehouseUser, IdentityRole<Guid>, Guid>(options)
{
    public DbSet<ConfigEntity> Entities => Set<ConfigEntity>();

    public DbSet<ConfigUnique> UniqueKeys => Set<ConfigUnique>();

    public DbSet<ConfigVersion> Versions => Set<ConfigVersion>();

    public DbSet<PriceVersion> Prices => Set<PriceVersion>();

    public DbSet<Setting> Settings => Set<Setting>();

    public DbSet<AuditEntry> Audit => Set<AuditEntry>();

    public DbSet<AccessToken> AccessTokens => Set<AccessToken>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        // SQLite cannot compare DateTimeOffset; one convention stores UTC milliseconds for all of them.
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMillisecondsConverter>();
        base.ConfigureConventions(configurationBuilder);
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(ConsoleDbContext).Assembly);
    }
}
