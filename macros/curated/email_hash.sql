{#-
    Expression: salted fingerprint of an e-mail address, null for null.

    Lets analysts count and join addresses without seeing one. The salt comes from
    `CLUSTR_EMAIL_SALT`; the default serves the generated demo only, because whoever
    knows the salt can test guesses.

        {{ email_hash('email') }} as email_hash
-#}
{% macro email_hash(email) -%}
    md5('{{ env_var("CLUSTR_EMAIL_SALT", "demo") | replace("'", "''") }}'
        || lower({{ email }}))
{%- endmacro %}
