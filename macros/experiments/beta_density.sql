{#-
    Expression: density of Beta(alpha, beta) at log-odds `point`, as a share of that at
    the log-odds `center` = ln(alpha / beta), its highest. 0 to 1.

    Over log-odds t the density is proportional to x^alpha (1 - x)^beta with x = 1 /
    (1 + e^-t). Taken relative to its peak nothing large is subtracted, so that 10^8
    showings lose no digits, and the constant, a Beta function, is left to whoever sums
    it. Never below e^-200: PostgreSQL calls a product of much less an error.

        {{ beta_density('panels.start_point') }} as start_density
-#}
{% macro beta_density(point) -%}
    exp(greatest(
        -200,
        shapes.alpha * ({{ point }} - shapes.center)
        - (shapes.alpha + shapes.beta) * ln(
            1 + shapes.alpha / (shapes.alpha + shapes.beta)
            * (exp({{ point }} - shapes.center) - 1)
        )
    ))
{%- endmacro %}
