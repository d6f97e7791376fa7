{#-
    Expression: age in ten-year bands, null when the age is unknown or impossible.

        {{ age_band('age') }} as age_band
-#}
{% macro age_band(age) -%}
    case
        when {{ age }} between 0 and 17 then 'under 18'
        when {{ age }} between 18 and 24 then '18-24'
        when {{ age }} between 25 and 34 then '25-34'
        when {{ age }} between 35 and 44 then '35-44'
        when {{ age }} between 45 and 54 then '45-54'
        when {{ age }} between 55 and 64 then '55-64'
        when {{ age }} between 65 and 120 then '65 and over'
    end
{%- endmacro %}
