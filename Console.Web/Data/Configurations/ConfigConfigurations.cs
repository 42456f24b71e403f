using ConsoleWeb.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ConsoleWeb.Data.Configurations;

internal sealed class ConfigEntityConfiguration : IEntityTypeConfiguration<ConfigEntity>
{
    public void Configure(EntityTypeBuilder<ConfigEntity> builder)
    {
        builder.ToTable("config_entities");
        builder.HasKey(e => e.Id);
        builder.Property(e => e.Id).ValueGeneratedNever();
        builder.Property(e => e.Kind).HasMaxLength(64);
        builder.HasIndex(e => e.Kind);
    }
}

internal sealed class ConfigUniqueConfiguration : IEntityTypeConfiguration<ConfigUnique>
{
    public void Configure(EntityTypeBuilder<ConfigUnique> builder)
    {
        builder.ToTable("config_unique_keys");
        builder.HasKey(u => new { u.Kind, u.Constraint, u.Value });
        builder.HasIndex(u => u.EntityId);
        builder.HasOne<ConfigEntity>().WithMany().HasForeignKey(u => u.EntityId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class ConfigVersionConfiguration : IEntityTypeConfiguration<ConfigVersion>
{
    public void Configure(EntityTypeBuilder<ConfigVersion> builder)
    {
        builder.ToTable("config_versions");
        builder.HasKey(v => v.Number);
        builder.Property(v => v.Number).ValueGeneratedNever();
        builder.HasIndex(v => v.At);
    }
}

internal sealed class AccessTokenConfiguration : IEntityTypeConfiguration<AccessToken>
{
    public void Configure(EntityTypeBuilder<AccessToken> builder)
    {
        builder.ToTable("access_tokens");
        builder.HasKey(t => t.Id);
        builder.Property(t => t.Id).ValueGeneratedNever();
        builder.HasIndex(t => t.Hash).IsUnique();
        builder.HasIndex(t => t.OwnerId);
    }
}
